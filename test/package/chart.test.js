// The Helm chart and the kustomize base: what they render, for every combination of values that matters.
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { build, name, root, version } from '../../packaging/paths.js';
import { demo, output, run, temporary } from './support.js';
import {
  kubernetesTools,
  kubernetesValidate,
  noKubernetesTools,
  noPromtool,
  noPython,
} from './tools.js';

/** @typedef {{ kind: string, metadata: { name: string, namespace?: string }, spec?: any, data?: any }} Manifest */

const chart = join(build, 'chart', `${name}-${version}.tgz`);
/** The source of the chart, in which everything is on: also what this version cannot do yet. */
const source = join(root, 'packaging/helm/kc-etl');
const folder = temporary();

/** @type {ReturnType<typeof kubernetesTools>} */
let tools;

/**
 * The values of a table row as arguments of helm.
 *
 * @param {string} values separated by blanks
 */
const settings = (values) => values.split(' ').flatMap((one) => (one === '' ? [] : ['--set', one]));

/**
 * @param {string} path
 * @param {string} values
 */
const helm = (path, values) =>
  run(tools.helm, ['template', 'r', path, '--namespace', 'mon', ...settings(values)]);

/**
 * @param {string} path
 * @param {string} values
 * @returns {Manifest[]}
 */
function rendered(path, values) {
  const { code, stdout, stderr } = helm(path, values);
  if (code !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS())
    .filter((one) => one !== null);
}

/**
 * The manifest of a kind, of which there is one.
 *
 * @param {string} path
 * @param {string} values
 * @param {string} kind
 */
function manifestOf(path, values, kind) {
  const manifest = rendered(path, values).find((one) => one.kind === kind);
  if (manifest === undefined) throw new Error(`no ${kind}`);
  return manifest;
}

/** @param {Manifest} one */
const podOf = ({ kind, spec }) =>
  kind === 'CronJob'
    ? spec.jobTemplate.spec.template
    : kind === 'Deployment'
      ? spec.template
      : null;

const everything =
  'prometheusRule.enabled=true dashboard.enabled=true store.persistent=true ' +
  'podLabels.team=finops podAnnotations.a=b nodeSelector.disk=ssd image.pullSecrets[0].name=registry ' +
  'tls.caConfigMap=ca priorityClassName=low serviceAccount.annotations.a=b networkPolicy.egress[0].to[0].ipBlock.cidr=10.0.0.0/8';
const credentials = 'auth.existingSecret=login auth.key=token auth.allowInsecure=true';
const sharedStore = 'store.persistent=true store.accessMode=ReadWriteMany';

/** Values, and what they render; `+` marks those that need more than this version can do. */
const table = [
  { values: '', kinds: 'CronJob NetworkPolicy ServiceAccount' },
  ...['kubecost-1', 'kubecost-2', 'kubecost-3', 'opencost'].map((product) => ({
    values: `product=${product}`,
    kinds: 'CronJob NetworkPolicy ServiceAccount',
  })),
  ...['token', 'api-key', 'user', 'cookie'].map((kind) => ({
    values: `auth.kind=${kind} ${credentials}`,
    kinds: 'CronJob NetworkPolicy ServiceAccount',
  })),
  {
    values: everything,
    kinds: 'ConfigMap CronJob NetworkPolicy PersistentVolumeClaim PrometheusRule ServiceAccount',
  },
  { values: 'networkPolicy.enabled=false serviceAccount.create=false', kinds: 'CronJob' },
  {
    values: 'server.url=https://cost.example.com:8443/model store.existingClaim=mine',
    kinds: 'CronJob NetworkPolicy ServiceAccount',
  },
  {
    values: 'audit.types[0]=AuditClusterEquality audit.extraArgs[0]=--strict audit.engine=local',
    kinds: 'CronJob NetworkPolicy ServiceAccount',
  },
  {
    values: `mode=watch serviceMonitor.enabled=true ${everything}`,
    kinds:
      'ConfigMap Deployment NetworkPolicy PersistentVolumeClaim PrometheusRule Service ServiceAccount ServiceMonitor',
    later: true,
  },
  {
    values: `mode=shards shards.count=8 ${sharedStore}`,
    kinds: 'CronJob CronJob NetworkPolicy PersistentVolumeClaim ServiceAccount',
    later: true,
  },
];

describe('Helm chart', { skip: noKubernetesTools }, () => {
  before(() => {
    tools = kubernetesTools();
  });

  test('helm lint finds nothing', () => {
    output(tools.helm, ['lint', '--strict', '--quiet', chart]);
  });

  for (const { values, kinds, later } of table) {
    test(`renders ${values || 'without values'}`, () => {
      const manifests = rendered(later ? source : chart, values);
      strictEqual(
        manifests
          .map(({ kind }) => kind)
          .sort()
          .join(' '),
        kinds,
      );
      for (const manifest of manifests) {
        strictEqual(manifest.metadata.namespace, 'mon');
        const pod = podOf(manifest);
        if (pod !== null) isRestricted(pod.spec);
      }
    });
  }

  test('the products differ in the address', () => {
    const urls = ['kubecost-1', 'kubecost-2', 'kubecost-3', 'opencost'].map((product) => {
      return podOf(manifestOf(chart, `product=${product}`, 'CronJob')).spec.containers[0].env[0]
        .value;
    });
    deepStrictEqual(urls, [
      'http://kubecost-cost-analyzer.kubecost.svc:9090',
      'http://kubecost-cost-analyzer.kubecost.svc:9090',
      'http://kubecost-frontend.kubecost.svc:9090',
      'http://opencost.opencost.svc:9003',
    ]);
    const named = 'server.service=cost-prod-cost-analyzer server.namespace=finops';
    strictEqual(
      podOf(manifestOf(chart, named, 'CronJob')).spec.containers[0].env[0].value,
      'http://cost-prod-cost-analyzer.finops.svc:9090',
    );
  });

  test('the network policy opens the port of the address', () => {
    const portOf = (/** @type {string} */ values) =>
      manifestOf(chart, values, 'NetworkPolicy').spec.egress[1].ports[0].port;
    strictEqual(portOf('product=opencost'), 9003);
    strictEqual(portOf('server.url=https://cost.example.com/model'), 443);
    strictEqual(portOf('server.url=http://cost.example.com:8080'), 8080);
  });

  test('on OpenShift no id is given, so that the namespace decides', () => {
    const nulls = ['runAsUser', 'runAsGroup', 'fsGroup'].map((id) => `securityContext.${id}=null`);
    const manifest = manifestOf(chart, nulls.join(' '), 'CronJob');
    const { securityContext } = podOf(manifest).spec;
    deepStrictEqual(securityContext, {
      runAsNonRoot: true,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('a service mesh can be kept out, by a label that is text', () => {
    const values = join(folder, 'mesh.yaml');
    const withLabel = (/** @type {string} */ value) => {
      writeFileSync(values, `podLabels:\n  sidecar.istio.io/inject: ${value}\n`);
      return run(tools.helm, ['template', 'r', chart, '--values', values]);
    };
    match(withLabel('"false"').stdout, /sidecar\.istio\.io\/inject: "false"/);
    match(withLabel('false').stderr, /inject': got boolean, want string/);
  });

  test('credentials come from a Secret only', () => {
    const manifest = manifestOf(chart, `auth.kind=api-key ${credentials}`, 'CronJob');
    deepStrictEqual(podOf(manifest).spec.containers[0].env.slice(1), [
      { name: 'KC_ETL_API_KEY', valueFrom: { secretKeyRef: { name: 'login', key: 'token' } } },
      { name: 'KC_ETL_ALLOW_INSECURE_AUTH', value: 'true' },
    ]);
  });

  test('retries follow the exit codes: 1, 2 and 4 end a Job', () => {
    const { spec } = manifestOf(chart, '', 'CronJob');
    const [, rule] = spec.jobTemplate.spec.podFailurePolicy.rules;
    strictEqual(rule.action, 'FailJob');
    deepStrictEqual(rule.onExitCodes.values, [1, 2, 4]);
    const sharded = rendered(source, `mode=shards shards.count=8 ${sharedStore}`);
    const job = sharded.find(({ kind }) => kind === 'CronJob')?.spec.jobTemplate.spec;
    deepStrictEqual(
      [job.completionMode, job.completions, job.podFailurePolicy.rules[1].action],
      ['Indexed', 8, 'FailIndex'],
    );
    ok(job.template.spec.containers[0].args.includes('--shard=auto/8'));
  });

  for (const [values, error] of /** @type {const} */ ([
    ['prodcut=opencost', /additional properties 'prodcut' not allowed/],
    ['audit.failon=never', /'failon' not allowed/],
    ['shards.verdictSchedul=x', /'verdictSchedul' not allowed/],
    ['product=kubecost', /'\/product': value must be one of/],
    ['audit.failOn=always', /'\/audit\/failOn': value must be one of/],
    ['server.url=cost.example.com', /'\/server\/url'.*does not match/],
    ['server.url=https://me:secret@cost.example.com', /'\/server\/url'.*does not match/],
    ['auth.kind=token', /'\/auth\/existingSecret': minLength/],
    ['auth.kind=token auth.existingSecret=a auth.key=b', /would be sent over plain HTTP/],
    ['serviceMonitor.enabled=true', /only mode: watch serves metrics/],
    ['securityContext.runAsUser=0', /'\/securityContext\/runAsUser': minimum/],
    ['image.digest=latest', /'\/image\/digest'.*does not match/],
  ])) {
    test(`refuses ${values}`, () => {
      const { code, stdout, stderr } = helm(chart, values);
      strictEqual(stdout, '');
      strictEqual(code, 1);
      match(stderr, error);
    });
  }

  test('refuses a mode that this version of kc-etl does not have, and renders one that it has', () => {
    for (const [mode, option, more] of /** @type {const} */ ([
      ['watch', /^ +watch\b/m, ''],
      ['shards', /--shard\b/, sharedStore],
    ])) {
      const help = kcEtl(mode === 'watch' ? ['help'] : ['audit', 'run', '--help']).stdout;
      const { code, stderr } = helm(chart, `mode=${mode} ${more}`);
      if (option.test(help)) strictEqual(code, 0, stderr);
      else match(stderr, new RegExp(`mode ${mode}: kc-etl ${version} has no `));
    }
    match(helm(source, 'mode=shards').stderr, /several pods write to one store/);
  });

  test('every manifest keeps to the schema of the API', { skip: noPython }, () => {
    const validate = kubernetesValidate();
    const file = join(folder, 'manifests.yaml');
    // what the Prometheus operator defines is not in the API's schema
    const own = table
      .flatMap(({ values, later }) => helm(later ? source : chart, values).stdout.split(/^---$/m))
      .filter((text) => !text.includes('monitoring.coreos.com'));
    writeFileSync(file, own.join('\n---\n'));
    output(validate, ['--strict', file]);
    writeFileSync(file, helm(chart, '').stdout.replace('schedule:', 'scheduel:'));
    ok(run(validate, ['--strict', file]).code !== 0);
  });
});

const kcEtl = (
  /** @type {readonly string[]} */ words,
  /** @type {Record<string, string>} */ env = {},
) => run(process.execPath, [join(root, 'bin/kc-etl.js'), ...words], { env, cwd: folder });

describe('the command of the CronJob', { skip: noKubernetesTools }, () => {
  /** Runs what the CronJob would, with its environment, /store in a directory of this machine. */
  const ran = (/** @type {string} */ values, /** @type {string} */ url) => {
    const manifest = manifestOf(chart, values, 'CronJob');
    const [{ args, env }] = podOf(manifest).spec.containers;
    const store = join(folder, `store-${readdirSync(folder).length}`);
    mkdirSync(store);
    const words = args.map((/** @type {string} */ word) => word.replace('/store', store));
    const variables = Object.fromEntries(
      env.map((/** @type {{ name: string, value: string }} */ one) => [
        one.name,
        one.value ?? 'secret',
      ]),
    );
    return { store, ...kcEtl(words, { ...variables, KC_ETL_URL: url }) };
  };

  before(() => {
    tools = kubernetesTools();
  });

  for (const [product, as] of Object.entries({
    'kubecost-1': 'kubecost-1.105',
    'kubecost-2': 'kubecost-2',
    'kubecost-3': 'kubecost-3',
    opencost: 'opencost',
  })) {
    test(`audits ${product}, and keeps its reports`, async () => {
      const { code, stdout, stderr, store } = ran(`product=${product}`, await demo('--as', as));
      strictEqual(code, 0, stderr);
      match(stdout, /^PASSED/);
      deepStrictEqual(readdirSync(store).sort().slice(-2), ['report.html', 'report.json']);
      strictEqual(JSON.parse(readFileSync(join(store, 'report.json'), 'utf8')).gate.passed, true);
    });
  }

  test('fails on bad data with 1, and without a server with 3', async () => {
    const url = await demo('--as', 'kubecost-2', '--fault', 'lost-disk=all');
    strictEqual(ran('', url).code, 1);
    const away = ran('audit.extraArgs[0]=--retries=0', 'http://127.0.0.1:1');
    strictEqual(away.code, 3);
    match(away.stderr, /^error: .*\nhint: .*\n$/);
  });

  test('takes the credential from its variable', async () => {
    const url = await demo('--as', 'kubecost-2', '--fault', 'login');
    strictEqual(ran('', url).code, 3);
    strictEqual(ran(`auth.kind=token ${credentials}`, url).code, 0);
  });
});

describe('alerts and dashboard', { skip: noKubernetesTools }, () => {
  before(() => {
    tools = kubernetesTools();
  });

  test('the alerts fire when no audit passed, or none ran', { skip: noPromtool }, () => {
    const manifest = manifestOf(chart, 'prometheusRule.enabled=true', 'PrometheusRule');
    writeFileSync(join(folder, 'rules.yaml'), JSON.stringify(manifest.spec));
    output('promtool', ['check', 'rules', join(folder, 'rules.yaml')]);
    const labels = '{namespace="mon",cronjob="r-kc-etl"}';
    const alertAt = (
      /** @type {string} */ alertname,
      /** @type {string} */ time,
      fires = true,
    ) => ({
      eval_time: time,
      alertname,
      exp_alerts: fires
        ? [{ exp_labels: { severity: 'warning' }, exp_annotations: annotations(alertname) }]
        : [],
    });
    const annotations = (/** @type {string} */ alert) =>
      manifest.spec.groups[0].rules.find((/** @type {any} */ rule) => rule.alert === alert)
        .annotations;
    const tests = [
      // passed and scheduled at hour 1, then the schedule goes on and nothing passes
      {
        interval: '1h',
        input_series: [
          { series: `kube_cronjob_created${labels}`, values: '0x60' },
          { series: `kube_cronjob_status_last_successful_time${labels}`, values: '_ 3600x60' },
          {
            series: `kube_cronjob_status_last_schedule_time${labels}`,
            values: '_ 3600x23 90000x36',
          },
        ],
        alert_rule_test: [
          alertAt('KcEtlAuditNotPassed', '26h', false),
          alertAt('KcEtlAuditNotPassed', '28h'),
          alertAt('KcEtlAuditNotRun', '28h', false),
          alertAt('KcEtlAuditNotRun', '52h'),
        ],
      },
      // created, and never scheduled
      {
        interval: '1h',
        input_series: [{ series: `kube_cronjob_created${labels}`, values: '0x60' }],
        alert_rule_test: [
          alertAt('KcEtlAuditNotRun', '25h', false),
          alertAt('KcEtlAuditNotRun', '27h'),
          alertAt('KcEtlAuditNotPassed', '27h'),
        ],
      },
    ];
    writeFileSync(
      join(folder, 'rules.test.yaml'),
      JSON.stringify({ rule_files: ['rules.yaml'], evaluation_interval: '1h', tests }),
    );
    output('promtool', ['test', 'rules', 'rules.test.yaml'], { cwd: folder });
  });

  test('the alerts of a watch are those of rules/watch.yaml, about this release', {
    skip: noPromtool,
  }, () => {
    const values = 'mode=watch prometheusRule.enabled=true prometheusRule.severity=page';
    const { spec } = manifestOf(chart, values, 'PrometheusRule');
    writeFileSync(join(folder, 'watch.yaml'), JSON.stringify(spec));
    output('promtool', ['check', 'rules', join(folder, 'watch.yaml')]);
    const plain = parse(readFileSync(join(source, 'rules/watch.yaml'), 'utf8'));
    const names = (/** @type {any} */ { groups }) =>
      groups[0].rules.map((/** @type {any} */ { alert }) => alert);
    deepStrictEqual(names(spec), names(plain));
    const down = spec.groups[0].rules.find(
      (/** @type {any} */ { alert }) => alert === 'KcEtlWatchDown',
    );
    strictEqual(
      down.expr,
      'up{namespace="mon",service="r-kc-etl"} == 0 or absent(up{namespace="mon",service="r-kc-etl"})',
    );
    deepStrictEqual(
      [
        ...new Set(spec.groups[0].rules.map((/** @type {any} */ { labels }) => labels.severity)),
      ].sort(),
      ['critical', 'page'],
    );
  });

  test('the dashboard shows metrics that kc-etl writes', { skip: noPromtool }, async () => {
    const { panels } = JSON.parse(readFileSync(join(source, 'dashboards/kc-etl.json'), 'utf8'));
    const queries = panels.flatMap((/** @type {any} */ { targets }) =>
      targets.map((/** @type {any} */ { expr }) => expr),
    );
    const rules = {
      groups: [
        {
          name: 'panels',
          rules: queries.map((/** @type {string} */ expr, /** @type {number} */ i) => ({
            record: `panel_${i}`,
            expr,
          })),
        },
      ],
    };
    writeFileSync(join(folder, 'panels.yaml'), JSON.stringify(rules));
    output('promtool', ['check', 'rules', join(folder, 'panels.yaml')]);
    const { stdout } = kcEtl([
      'audit',
      'run',
      '--demo',
      '--window',
      'yesterday',
      '-q',
      '-o',
      'prometheus',
    ]);
    // test/watch/rules.test.ts and test/scenarios/watch.test.ts check those of kc-etl watch
    const used = (queries.join(' ').match(/\bkc_etl_\w+/g) ?? []).filter(
      (/** @type {string} */ metric) => !/^kc_etl_(watch|coverage|newest|finding)/.test(metric),
    );
    ok(used.length > 3);
    for (const metric of used) ok(stdout.includes(`# TYPE ${metric} `), metric);
  });
});

describe('kustomize base', { skip: noKubernetesTools }, () => {
  before(() => {
    tools = kubernetesTools();
  });
  const base = join(root, 'packaging/kustomize/base');

  test('is what the chart renders by default', () => {
    const own = parseAllDocuments(output(tools.kubectl, ['kustomize', base])).map((one) =>
      one.toJS(),
    );
    const charts = rendered(chart, 'fullnameOverride=kc-etl');
    const shape = (/** @type {Manifest[]} */ manifests) =>
      manifests
        .map(({ kind, metadata, spec }) => ({
          kind,
          name: metadata.name,
          spec: withoutInstance(spec),
        }))
        .sort((a, b) => (a.kind < b.kind ? -1 : 1));
    const hint = 'packaging/kustomize/base is not what the chart renders: change it likewise';
    deepStrictEqual(shape(own), shape(charts), hint);
  });

  test('is one that kubectl 1.20 of Debian can render', () => {
    const { resources, ...rest } = parse(readFileSync(join(base, 'kustomization.yaml'), 'utf8'));
    ok(resources.every((/** @type {string} */ file) => file.endsWith('.yaml')));
    ok(!('labels' in rest));
  });
});

/** A spec without the label that names the release. */
function withoutInstance(/** @type {unknown} */ spec) {
  return JSON.parse(JSON.stringify(spec ?? null), (key, value) =>
    key === 'app.kubernetes.io/instance' ? undefined : value,
  );
}

/** Pod Security Standard `restricted`, rule by rule. */
function isRestricted(/** @type {any} */ pod) {
  const volumes =
    /^(configMap|csi|downwardAPI|emptyDir|ephemeral|persistentVolumeClaim|projected|secret)$/;
  for (const { name: _, ...volume } of pod.volumes) {
    for (const kind of Object.keys(volume)) match(kind, volumes);
  }
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) strictEqual(pod[key], undefined);
  const { runAsNonRoot, runAsUser = 1, seccompProfile } = pod.securityContext;
  deepStrictEqual(
    { runAsNonRoot, seccompProfile },
    { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  );
  ok(runAsUser > 0);
  strictEqual(pod.automountServiceAccountToken, false);
  for (const container of pod.containers) {
    deepStrictEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    for (const port of container.ports ?? []) strictEqual(port.hostPort, undefined);
  }
}

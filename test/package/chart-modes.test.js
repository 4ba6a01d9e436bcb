// The modes of the Helm chart besides the plain CronJob: their commands are run with their environment.
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { build, name, root, version } from '../../packaging/paths.js';
import { demo, output, run, temporary } from './support.js';
import { kubernetesTools, noKubernetesTools } from './tools.js';

const chart = join(build, 'chart', `${name}-${version}.tgz`);
const program = join(root, 'bin/kc-etl.js');
const folder = temporary();

/** @type {ReturnType<typeof kubernetesTools>} */
let tools;

/**
 * @param {string} values separated by blanks; `*` is a blank in one of them
 * @returns {any[]} what the chart renders
 */
function rendered(values) {
  const settings = values.split(' ').flatMap((one) => ['--set', one.replaceAll('*', ' ')]);
  const text = output(tools.helm, ['template', 'r', chart, '--namespace', 'mon', ...settings]);
  return parseAllDocuments(text).flatMap((one) => one.toJS() ?? []);
}

/**
 * The command of a container, with /store in a directory of this machine.
 *
 * @param {any} container
 * @param {string} store
 * @param {string} url
 */
function commandOf({ args, env }, store, url) {
  const variables = Object.fromEntries(
    env.map((/** @type {{ name: string, value: string }} */ one) => [one.name, one.value]),
  );
  return {
    words: args.map((/** @type {string} */ word) => word.replace('/store', store)),
    env: { ...variables, KC_ETL_URL: url },
  };
}

/** A directory for /store. */
function storeIn(/** @type {string} */ path) {
  const store = join(folder, path);
  mkdirSync(store);
  return store;
}

/** @returns {Promise<number>} a port that nothing listens on */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

describe('mode: shards', { skip: noKubernetesTools }, () => {
  before(() => {
    tools = kubernetesTools();
  });

  const values = 'mode=shards shards.count=2 store.existingClaim=mine audit.window=4d*settled';
  /** The containers of the two CronJobs: of the shards, and of the verdict. */
  const containers = () =>
    rendered(values)
      .filter(({ kind }) => kind === 'CronJob')
      .map(({ spec }) => spec.jobTemplate.spec.template.spec.containers[0]);

  for (const [what, faults, code] of /** @type {const} */ ([
    ['healthy data', [], 0],
    ['a disk that is lost every day', ['--fault', 'lost-disk=all'], 1],
  ])) {
    test(`${what}: the shards succeed, and the audit after them has the verdict of all days`, async () => {
      const url = await demo('--as', 'kubecost-2', ...faults);
      const store = storeIn(`shards-${code}`);
      const [shard, verdict] = containers().map((one) => commandOf(one, store, url));
      for (const index of ['0', '1']) {
        const env = { ...shard?.env, JOB_COMPLETION_INDEX: index };
        const ended = run(process.execPath, [program, ...(shard?.words ?? [])], { env });
        strictEqual(ended.code, 0, ended.stderr);
      }
      const ended = run(process.execPath, [program, ...(verdict?.words ?? [])], verdict);
      strictEqual(ended.code, code, ended.stderr);
      match(ended.stderr, /4 of 4 days read from .*, 0 evaluated/);
      const report = JSON.parse(readFileSync(join(store, 'report.json'), 'utf8'));
      strictEqual(new Set(report.audits.map((/** @type {any} */ one) => one.window.start)).size, 4);
    });
  }

  test('the verdict follows the end of the shards, and its CronJob is the one with alerts', () => {
    const manifests = rendered('mode=shards store.existingClaim=mine prometheusRule.enabled=true');
    const [shards, verdict] = manifests.filter(({ kind }) => kind === 'CronJob');
    const minutes = (/** @type {any} */ { spec }) => {
      const [minute = 0, hour = 0] = spec.schedule.split(' ').map(Number);
      return hour * 60 + minute;
    };
    const { activeDeadlineSeconds } = shards.spec.jobTemplate.spec;
    ok(minutes(verdict) - minutes(shards) > activeDeadlineSeconds / 60);
    deepStrictEqual(
      [shards.metadata.name, verdict.metadata.name],
      ['r-kc-etl', 'r-kc-etl-verdict'],
    );
    const rule = manifests.find(({ kind }) => kind === 'PrometheusRule');
    match(rule.spec.groups[0].rules[0].expr, /cronjob="r-kc-etl-verdict"/);
  });
});

describe('mode: watch', { skip: noKubernetesTools }, () => {
  before(() => {
    tools = kubernetesTools();
  });

  test('the command of the Deployment answers its probes, and serves metrics', async () => {
    const url = await demo('--as', 'kubecost-2', '--fault', 'lost-disk=all');
    const port = await freePort();
    const manifests = rendered(`mode=watch watch.port=${port} serviceMonitor.enabled=true`);
    const deployment = manifests.find(({ kind }) => kind === 'Deployment');
    const [container] = deployment.spec.template.spec.containers;
    const { words, env } = commandOf(container, storeIn('watch'), url);
    const { PATH } = process.env;
    const child = spawn(process.execPath, [program, ...words], {
      env: { PATH, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    after(() => child.kill());
    const ended = new Promise((resolve) => child.on('exit', resolve));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk;
    });
    /** @returns {Promise<{ status: number, text: string }>} status 0: nothing listens yet */
    const get = async (/** @type {string} */ path) => {
      try {
        const response = await fetch(`http://127.0.0.1:${port}${path}`);
        return { status: response.status, text: await response.text() };
      } catch {
        return { status: 0, text: '' };
      }
    };
    const answers = async (/** @type {string} */ path) => {
      while ((await get(path)).status !== 200) {
        if (child.exitCode !== null) throw new Error(stderr);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const { livenessProbe, readinessProbe } = container;
    await answers(livenessProbe.httpGet.path);
    // after the first run
    await answers(readinessProbe.httpGet.path);
    const monitor = manifests.find(({ kind }) => kind === 'ServiceMonitor');
    const { text } = await get(monitor.spec.endpoints[0].path ?? '/metrics');
    match(text, /^kc_etl_findings?\{[^\n]*\} [1-9]/m);
    child.kill('SIGTERM');
    // ended by the signal, as by Kubernetes
    strictEqual(await ended, 143, stderr);
  });
});

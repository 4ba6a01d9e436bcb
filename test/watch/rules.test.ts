import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { watchExposition } from '../../src/output/formats/prometheus-watch.ts';
import { WatchGroup } from '../../src/watch/group.ts';
import { WatchStatus } from '../../src/watch/status.ts';
import { audit, january, reportOf } from '../support/audits.ts';
import { finding } from '../support/findings.ts';
import { folder } from '../support/folder.ts';

const rulesFile = 'packaging/helm/kc-etl/rules/watch.yaml';
const dashboardFile = 'packaging/helm/kc-etl/dashboards/kc-etl.json';
const noPromtool = spawnSync('promtool', ['--version']).status !== 0;

interface Rule {
  readonly alert: string;
  readonly expr: string;
}

const text = readFileSync(rulesFile, 'utf8');
const rules = (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);

/** `/metrics` of a watch that ran, with a finding and coverage. */
function exposition(server: string | null = null): string {
  const status = new WatchStatus(0, 3_600_000);
  const report = reportOf([audit({ status: 'Failed' }), audit({ window: january(15) })]);
  status.ended(
    { start: 0, end: 1_000 },
    {
      shown: { report: { ...report, findings: [finding()] }, trend: null },
      coverage: null,
      failures: [],
      evaluated: 1,
    },
  );
  return watchExposition(new WatchGroup([{ name: server, status }]), 2_000, '0.0.0');
}

/** A rule that fires for these samples from the time `at` on, and not before `quiet`. */
interface Case {
  readonly alert: string;
  /** Series with values at each 10 minutes. */
  readonly series: Readonly<Record<string, string>>;
  readonly quiet?: string;
  readonly at: string;
  readonly labels: readonly Readonly<Record<string, string>>[];
}

const watched = '{instance="a",job="kc-etl"}';
const labels = { instance: 'a', job: 'kc-etl' };
const found = (code: string, severity: string, object: string) =>
  `kc_etl_finding{code="${code}",cluster="c",object="${object}",severity="${severity}",instance="a"}`;
const severityOf: Readonly<Record<string, string>> = {
  KcEtlGap: 'critical',
  KcEtlWatchDown: 'critical',
};

const cases: readonly Case[] = [
  {
    alert: 'KcEtlGap',
    // its amount is not known, which is no reason to be silent; it ends when it is repaired
    series: {
      [found('missing-day', 'critical', '2026-11-23')]: `_x5 ${'NaN '.repeat(20)}stale`,
      [found('empty-set', 'critical', '2026-11-20')]: '_x5 0x20 stale',
      [found('disk-without-asset', 'error', 'c/pvc-1')]: '-0.66x30',
    },
    quiet: '40m',
    at: '1h',
    labels: [
      { code: 'missing-day', cluster: 'c', object: '2026-11-23', instance: 'a' },
      { code: 'empty-set', cluster: 'c', object: '2026-11-20', instance: 'a' },
    ],
  },
  {
    alert: 'KcEtlFinding',
    series: {
      [found('disk-without-asset', 'error', 'c/pvc-1')]: '_x5 -0.66x30',
      [found('cost-residue', 'warning', 'c')]: '1x30',
      [found('missing-day', 'critical', '2026-11-23')]: '-70x30',
    },
    quiet: '40m',
    at: '1h',
    labels: [{ code: 'disk-without-asset', cluster: 'c', object: 'c/pvc-1', instance: 'a' }],
  },
  {
    alert: 'KcEtlGapBeforeSettling',
    series: {
      'kc_etl_coverage_findings{kind="missing",instance="a"}': '0x5 1x40',
      'kc_etl_coverage_findings{kind="stale",instance="a"}': '1x60',
    },
    quiet: '2h',
    at: '4h',
    labels: [{ kind: 'missing', instance: 'a' }],
  },
  {
    alert: 'KcEtlPipelineStale',
    series: { 'kc_etl_coverage_stale{store="asset",resolution="day",instance="a"}': '0x5 1x30' },
    quiet: '1h',
    at: '3h',
    labels: [{ store: 'asset', resolution: 'day', instance: 'a' }],
  },
  {
    alert: 'KcEtlNoGoodDay',
    series: {
      [`kc_etl_newest_good_day_age_seconds${watched}`]: '345000+600x30',
      [`kc_etl_watch_windows${watched}`]: '14x60',
    },
    quiet: '1h',
    at: '2h',
    labels: [labels],
  },
  {
    alert: 'KcEtlNoGoodDay',
    series: { [`kc_etl_watch_windows${watched}`]: '_x3 14x60' },
    quiet: '1h',
    at: '2h',
    labels: [labels],
  },
  {
    alert: 'KcEtlWatchFailing',
    series: {
      [`kc_etl_watch_interval_seconds${watched}`]: '3600x60',
      [`kc_etl_watch_start_time_seconds${watched}`]: '0x60',
      [`kc_etl_watch_last_success_timestamp_seconds${watched}`]: '3600x60',
    },
    quiet: '5h',
    at: '5h10m',
    labels: [labels],
  },
  {
    alert: 'KcEtlWatchFailing',
    series: {
      [`kc_etl_watch_interval_seconds${watched}`]: '3600x60',
      [`kc_etl_watch_start_time_seconds${watched}`]: '0x60',
    },
    quiet: '4h',
    at: '4h10m',
    labels: [labels],
  },
  {
    // one of several servers cannot be read, the others can
    alert: 'KcEtlWatchFailing',
    series: {
      'kc_etl_watch_interval_seconds{server="eu"}': '3600x60',
      'kc_etl_watch_interval_seconds{server="us"}': '3600x60',
      'kc_etl_watch_start_time_seconds{server="eu"}': '0x60',
      'kc_etl_watch_start_time_seconds{server="us"}': '0x60',
      'kc_etl_watch_last_success_timestamp_seconds{server="us"}': '0+600x60',
    },
    quiet: '4h',
    at: '4h10m',
    labels: [{ server: 'eu' }],
  },
  {
    alert: 'KcEtlNoGoodDay',
    series: {
      'kc_etl_newest_good_day_age_seconds{server="eu"}': '345000+600x30',
      'kc_etl_newest_good_day_age_seconds{server="us"}': '200000x30',
      'kc_etl_watch_windows{server="eu"}': '14x60',
      'kc_etl_watch_windows{server="us"}': '14x60',
    },
    quiet: '1h',
    at: '2h',
    labels: [{ server: 'eu' }],
  },
  {
    alert: 'KcEtlWatchDown',
    series: { [`kc_etl_watch_info{version="1",instance="a"}`]: '1x6 stale' },
    quiet: '1h10m',
    at: '1h30m',
    labels: [{}],
  },
];

/** The annotations of a rule as Prometheus fills them in. */
function annotations(rule: string, values: Readonly<Record<string, string>>) {
  const { annotations: texts } = rules.find(({ alert }) => alert === rule) as unknown as {
    annotations: Record<string, string>;
  }; // the test of coverage shows that each case names a rule
  return Object.fromEntries(
    Object.entries(texts).map(([name, one]) => [
      name,
      one.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => values[label] ?? ''),
    ]),
  );
}

describe('alert rules', { skip: noPromtool }, () => {
  test.each(cases)('$alert fires at $at with $series', (one) => {
    using temporary = folder();
    copyFileSync(rulesFile, temporary.at('rules.yaml'));
    const expected = one.labels.map((values) => ({
      exp_labels: {
        ...values,
        severity: severityOf[one.alert] ?? 'warning',
      },
      exp_annotations: annotations(one.alert, values),
    }));
    const cleared = Object.values(one.series).some((values) => values.endsWith('stale'));
    const tests = {
      rule_files: ['rules.yaml'],
      evaluation_interval: '10m',
      tests: [
        {
          interval: '10m',
          input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
          alert_rule_test: [
            { eval_time: one.quiet ?? '0m', alertname: one.alert, exp_alerts: [] },
            { eval_time: one.at, alertname: one.alert, exp_alerts: expected },
            ...(cleared && one.alert !== 'KcEtlWatchDown'
              ? [{ eval_time: '5h', alertname: one.alert, exp_alerts: [] }]
              : []),
          ],
        },
      ],
    };
    temporary.write('test.yaml', JSON.stringify(tests));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'test.yaml'], {
      cwd: temporary.path,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  test('promtool finds nothing wrong with the file', () => {
    const { stdout, stderr } = spawnSync(
      'promtool',
      ['check', 'rules', '--lint-fatal', rulesFile],
      {
        encoding: 'utf8',
      },
    );
    expect(`${stdout}${stderr}`).toContain(`SUCCESS: ${rules.length} rules found`);
  });
});

test('every rule has a case', () => {
  expect(new Set(cases.map(({ alert }) => alert))).toEqual(
    new Set(rules.map(({ alert }) => alert)),
  );
});

test('rules and dashboard use metrics that a watch serves', () => {
  const { panels } = JSON.parse(readFileSync(dashboardFile, 'utf8')) as {
    panels: { targets: { expr: string }[] }[];
  };
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const served = new Set([...exposition().matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name));
  const names = [...rules.map(({ expr }) => expr), ...queries].join(' ').match(/\bkc_etl_\w+/g);
  // those of coverage have their own test
  const used = new Set(names?.filter((name) => !name.startsWith('kc_etl_coverage_')));
  expect(used.size).toBeGreaterThan(8);
  expect([...used].filter((name) => !served.has(name))).toEqual([]);
});

test('every query of the dashboard for metrics of kc-etl is limited to the chosen servers', () => {
  const { panels, templating } = JSON.parse(readFileSync(dashboardFile, 'utf8')) as {
    panels: { targets: { expr: string }[] }[];
    templating: { list: { name: string; query: string; allValue?: string }[] };
  };
  const selectors = panels
    .flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => expr.match(/kc_etl_\w+\{?[^ [)]*/g) ?? []),
    )
    .filter((selector) => !/^kc_etl_\w+\{server=~"\$server"[,}]/.test(selector));
  expect(selectors).toEqual([]);
  const server = templating.list.find(({ name }) => name === 'server');
  // metrics of a single server have no such label, which is an empty one to Prometheus
  expect(server?.allValue).toBe('.*');
  const [, metric = ''] = /^label_values\((\w+), server\)$/.exec(server?.query ?? '') ?? [];
  expect(exposition('eu')).toMatch(new RegExp(`^${metric}\\{.*\\bserver="eu"`, 'm'));
});

test.each([null, 'eu'])('the metrics of a watch are valid (%s)', { skip: noPromtool }, (server) => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: exposition(server),
    encoding: 'utf8',
  });
  expect(`${stdout}${stderr}`).toBe('');
  expect(status).toBe(0);
});

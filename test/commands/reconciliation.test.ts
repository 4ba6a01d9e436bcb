import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { startDemo } from '../../src/demo/server.ts';
import type { ProductVariantName } from '../../src/demo/variants.ts';
import {
  type ReconciliationReport,
  reconciliationSchema,
} from '../../src/reconciliation/schema.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { reply, replyData, serve } from '../support/server.ts';

const now = '2026-03-11T12:00:00Z';
const world = { seed: 5, clusters: 2, nodes: 4, pods: 30, days: 12, port: 0 };
const clock = { now: () => Date.parse(now), sleep: async () => {} };

async function demo(as: ProductVariantName, ...faults: string[]) {
  const started = await startDemo({ ...world, as, faults: faults.map(parseFault) }, { clock });
  return { url: started.url, [Symbol.asyncDispose]: () => started.close() };
}

async function reconciliation(url: string, ...argv: string[]) {
  const deps = testDeps({ clock: new TestClock(now) });
  const result = await ran(['reconciliation', '--url', url, '-o', 'json', ...argv], deps);
  const report =
    result.stdout === '' ? null : reconciliationSchema.parse(JSON.parse(result.stdout));
  return { ...result, report };
}

/** The state of a day where all clusters have the same. */
function stateOn(report: ReconciliationReport | null, date: string): string {
  const days = report?.days.filter(({ window }) => window.start.startsWith(date)) ?? [];
  return [...new Set(days.map(({ state }) => state))].join(' and ');
}

test.each(['kubecost-1.100', 'kubecost-1.105', 'kubecost-2', 'kubecost-3'] as const)(
  '%s: billed days are reconciled, today is pending',
  async (as) => {
    await using server = await demo(as);
    const { report, code } = await reconciliation(server.url, '--window', '2026-03-01,2026-03-12');
    const dates = [...new Set(report?.days.map(({ window }) => window.start.slice(0, 10)))];
    expect(dates.map((date) => stateOn(report, date))).toEqual([
      ...Array(10).fill('reconciled'),
      'pending',
    ]);
    expect(code).toBe(0);
  },
);

test.each(['kubecost-1.105', 'kubecost-2', 'kubecost-3', 'opencost'] as const)(
  '%s: in its first minutes a day has no nodes yet, and is left out',
  async (as) => {
    const midnight = new TestClock('2026-03-11T00:05:00Z');
    const server = await startDemo({ ...world, as, faults: [] }, { clock: midnight });
    const argv = ['reconciliation', '--url', server.url, '--window', '2026-03-08,2026-03-12'];
    const { stdout, stderr, code } = await ran(
      [...argv, '-o', 'json'],
      testDeps({ clock: midnight }),
    );
    await server.close();
    const report = reconciliationSchema.parse(JSON.parse(stdout));
    expect(new Set(report.days.map(({ window }) => window.start.slice(0, 10))).size).toBe(3);
    expect(report.unavailable).toEqual([]);
    expect(stderr).toContain(
      'note: 2026-03-11 left out: it is not over, and the asset store has no nodes of it yet',
    );
    expect(code).toBe(0);
  },
);

test('OpenCost is never reconciled, and few requests tell', async () => {
  await using server = await demo('opencost');
  const { report, stderr } = await reconciliation(server.url, '--window', '3d', '-v');
  expect(report?.summary).toMatchObject({ never: 6, pending: 0 });
  expect(report?.days[0]?.evidence[0]?.fact).toMatch(/^OpenCost does not reconcile/);
  expect(stderr.match(/> GET/g)?.length).toBeLessThanOrEqual(7);
});

test('what holds for several clusters is said once', async () => {
  await using server = await demo('opencost');
  const { stdout } = await ran(
    ['reconciliation', '--window', '3d', '--url', server.url],
    testDeps({ clock: new TestClock(now) }),
  );
  expect(stdout.match(/^never {2}.*$/gm)).toHaveLength(1);
  expect(stdout).toMatch(/^never {2}cluster-one \(AWS\), cluster-two \(GCP\): .*, 3 days;/m);
});

test('a week of a Kubecost takes at most 20 requests', async () => {
  await using server = await demo('kubecost-2');
  const { stderr } = await reconciliation(server.url, '--window', '7d', '-v');
  expect(stderr.match(/> GET/g)?.length).toBeLessThanOrEqual(20);
});

test('allocations that were not reconciled make the day partial, and fail the gate', async () => {
  await using server = await demo('kubecost-2', 'reconcile-error=2026-03-07');
  const argv = ['--window', '2026-03-05,2026-03-09', '--fail-on', 'late,partial'];
  const { report, code, stderr } = await reconciliation(server.url, ...argv);
  expect(stateOn(report, '2026-03-07')).toBe('partial');
  expect(report?.summary).toMatchObject({ reconciled: 6, partial: 2 });
  expect(report?.gate).toEqual({ failOn: ['partial', 'late'], passed: false });
  expect(code).toBe(1);
  expect(stderr).toContain('gate failed (partial, late): 6 reconciled, 2 partial');
  const facts = report?.days.find(({ state }) => state === 'partial')?.evidence;
  expect(facts?.map(({ source }) => source)).toContain('/etl/log');
});

test.each(['kubecost-1.105', 'kubecost-2'] as const)(
  '%s: bills that are late, missing or half there show each state, and fail the gate',
  async (as) => {
    await using server = await demo(
      as,
      'half-bill=2026-03-03',
      'missing-bill=2026-03-04',
      'late-bill=2026-03-05,96h',
      'late-bill=2026-03-06,144h',
      'late-bill=2026-03-09,72h',
    );
    const argv = ['--window', '2026-03-02,2026-03-11', '--fail-on', 'late,partial'];
    const { report, code } = await reconciliation(server.url, ...argv);
    const dates = [...new Set(report?.days.map(({ window }) => window.start.slice(0, 10)))];
    expect(dates.map((date) => stateOn(report, date))).toEqual([
      'reconciled',
      'partial',
      'late',
      // arrived on the tenth, four days after the day
      'reconciled',
      'late',
      ...['reconciled', 'reconciled', 'pending', 'reconciled'],
    ]);
    expect(code).toBe(1);
    for (const { window, billed } of report?.days ?? []) {
      if (!window.start.startsWith('2026-03-03')) continue;
      expect(billed.share).toBeGreaterThan(0);
      expect(billed.share).toBeLessThan(1);
    }
  },
);

test('a day that the store does not have is unknown: exit 3', async () => {
  await using server = await demo('kubecost-2', 'gap=2026-03-07');
  const argv = ['--window', '2026-03-05,2026-03-09', '--fail-on', 'late'];
  const { report, code } = await reconciliation(server.url, ...argv);
  expect(report?.unavailable).toMatchObject([
    { window: { start: '2026-03-07T00:00:00Z' }, cluster: null },
  ]);
  expect(report?.gate?.passed).toBe(null);
  expect(code).toBe(3);
});

test('days before the store begins are left out, with a note', async () => {
  await using server = await demo('kubecost-2');
  const { report, code, stderr } = await reconciliation(server.url);
  expect(report?.query.window).toBe('30d');
  expect(report?.days[0]?.window.start).toBe('2026-02-28T00:00:00Z');
  expect(stderr).toContain('18 days before the first day of the asset store left out');
  expect(code).toBe(0);
});

test('one cluster; a cluster that is not there is an error', async () => {
  await using server = await demo('kubecost-2');
  const argv = ['--window', '2026-03-05,2026-03-06', '--cluster'];
  const known = await reconciliation(server.url, ...argv, 'cluster-two');
  expect(known.report?.days.map(({ cluster }) => cluster)).toEqual(['cluster-two']);
  const { code, stderr } = await reconciliation(server.url, ...argv, 'nowhere');
  expect(code).toBe(3);
  expect(stderr).toContain('no node assets of cluster nowhere');
});

/** A Kubecost with one node, and whatever else is given. */
function kubecost(routes: Parameters<typeof serve>[0]) {
  const asset = {
    type: 'Node',
    properties: {
      category: 'Compute',
      provider: 'AWS',
      cluster: 'one',
      name: 'n1',
      providerID: 'i-1',
    },
    start: '2026-03-02T00:00:00Z',
    end: '2026-03-03T00:00:00Z',
    minutes: 1440,
    cpuCost: 1,
    ramCost: 1,
    gpuCost: 0,
    discount: 0,
    cpuCoreHours: 24,
    ramByteHours: 24,
    GPUHours: 0,
    adjustment: 0,
    totalCost: 2,
  };
  return serve({
    '/model/productConfigs': reply('{"chartVersion":"2.4.3"}'),
    '/model/assets': replyData([{ node: asset }]),
    '/model/cloudCost': replyData({ sets: [{ cloudCosts: null }] }),
    ...routes,
  });
}

const day = ['--window', '2026-03-02,2026-03-03'];

test.each([
  ['no integration: never', [], 'never'],
  [
    'an integration of the provider: late after 72 hours',
    [{ provider: 'AWS', active: true, coverage: '', config: { key: 'secret' } }],
    'late',
  ],
  ['an integration that is switched off: never', [{ provider: 'AWS', active: false }], 'never'],
  ['an integration of another cloud: never', [{ provider: 'GCP' }], 'never'],
])('%s', async (_name, status, state) => {
  await using server = await kubecost({ '/model/cloudCost/status': replyData(status) });
  const { report, stdout } = await reconciliation(server.url, ...day);
  expect(stateOn(report, '2026-03-02')).toBe(state);
  expect(stdout).not.toContain('secret');
});

test('a recording keeps the status without its configuration', async () => {
  const entry = {
    provider: 'AWS',
    active: true,
    Config: { id: 'hidden' },
    config: { a: ['hidden'] },
  };
  await using server = await kubecost({ '/model/cloudCost/status': replyData([entry]) });
  const directory = join(await mkdtemp(join(tmpdir(), 'kc-etl-recording-')), 'recording');
  const live = await reconciliation(server.url, ...day, '--record', directory);
  const deps = testDeps();
  const { stdout } = await ran(['reconciliation', ...day, '-o', 'json', '--from', directory], deps);
  expect(reconciliationSchema.parse(JSON.parse(stdout)).days).toEqual(live.report?.days);
  for (const file of await readdir(directory)) {
    expect(await readFile(join(directory, file), 'utf8')).not.toContain('hidden');
  }
});

test('a status that fails is neither never nor pending', async () => {
  const failing = reply('{"code":500,"message":"query failed"}', 'application/json', 500);
  await using server = await kubecost({ '/model/cloudCost/status': failing });
  const { report, code } = await reconciliation(server.url, ...day, '--fail-on', 'late');
  expect(report?.days).toEqual([]);
  expect(report?.unavailable[0]?.reason).toContain('query failed');
  expect(code).toBe(3);
});

test.each([
  ['refused', reply('forbidden', 'text/plain', 403)],
  ['broken', reply('{"code":500,"message":"log is locked"}', 'application/json', 500)],
  ['cut off', reply('{"code":200,"data":{"asset":[')],
])('an event log that is %s changes no state, and is mentioned', async (_name, log) => {
  const status = replyData([{ provider: 'AWS', active: true }]);
  const rest = { '/model/cloudCost/status': status };
  await using silent = await kubecost(rest);
  await using server = await kubecost({ ...rest, '/model/etl/log': log });
  const without = await reconciliation(silent.url, ...day);
  expect(without.stderr).not.toContain('event log');
  const { report, stderr, code } = await reconciliation(server.url, ...day);
  expect([code, stateOn(report, '2026-03-02')]).toEqual([0, 'late']);
  expect(stderr).toContain('the event log could not be read');
  expect(report?.days[0]?.evidence).toContainEqual({
    source: '/etl/log',
    fact: expect.stringMatching(/^the event log could not be read: \S/),
  });
});

test('a bill at list price reconciles a node whose adjustment is 0', async () => {
  const line = {
    properties: { provider: 'AWS', providerID: 'I-1', category: 'Compute' },
    amortizedNetCost: { cost: 2, kubernetesPercent: 1 },
  };
  await using server = await kubecost({
    '/model/cloudCost': replyData({ sets: [{ cloudCosts: { 'i-1/Compute': line } }] }),
  });
  expect(stateOn((await reconciliation(server.url, ...day)).report, '2026-03-02')).toBe(
    'reconciled',
  );
});

test('a refusal in place of the assets is unknown, with the server’s sentence', async () => {
  const refusal = { code: 200, data: {}, warning: 'too many rows' };
  await using server = await kubecost({ '/model/assets': reply(JSON.stringify(refusal)) });
  const { report, code } = await reconciliation(server.url, ...day);
  expect(report?.unavailable[0]?.reason).toContain('too many rows');
  expect(code).toBe(3);
});

test('data beside a warning that it is incomplete is unknown', async () => {
  await using server = await kubecost({
    '/model/cloudCost': reply(
      JSON.stringify({
        code: 200,
        data: { sets: [{ cloudCosts: null }] },
        warning: 'partial data',
      }),
    ),
  });
  const { report, code } = await reconciliation(server.url, ...day);
  expect(report?.unavailable[0]?.reason).toContain('partial data');
  expect(code).toBe(3);
});

test('every format prints it', async () => {
  await using server = await demo('kubecost-2', 'reconcile-error=2026-03-07');
  const printed = async (format: string) => {
    const argv = ['reconciliation', '--url', server.url, '--window', '2026-03-06,2026-03-12'];
    const deps = testDeps({ clock: new TestClock(now), columns: 80 });
    const { stdout } = await ran([...argv, '-o', format], deps);
    return stdout.split('\n');
  };
  const table = await printed('table');
  expect(table[0]).toBe('8 reconciled, 2 partial, 2 pending (days of 2 clusters)');
  expect(table).toContain('cluster-one (AWS)       ■◧■■■~');
  expect(table).toContain(
    'pending  2026-03-11: bills can arrive until 2026-03-15 00:00:00 UTC (2 clusters)',
  );
  expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect((await printed('csv'))[0]).toBe(
    'windowStart,windowEnd,cluster,provider,state,until,billedCost,totalCost,share,evidence',
  );
  expect(await printed('prometheus')).toEqual(
    expect.arrayContaining([
      'kc_etl_reconciliation_days{cluster="cluster-one",provider="AWS",state="partial"} 1',
      `kc_etl_reconciliation_newest_timestamp_seconds{cluster="cluster-one",provider="AWS"} ${Date.parse('2026-03-11') / 1000}`,
    ]),
  );
  for (const format of ['wide', 'ndjson', 'yaml', 'markdown']) {
    expect((await printed(format)).join('\n')).toContain('partial');
  }
});

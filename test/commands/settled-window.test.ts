import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemo } from '../../src/demo/server.ts';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { reply, replyData, serve } from '../support/server.ts';

/** 27 hours after the end of 2026-03-10: settled on an OpenCost, not on a Kubecost. */
const now = '2026-03-12T03:00:00Z';
const world = { seed: 5, clusters: 1, nodes: 2, pods: 10, days: 12, port: 0, faults: [] };
const clock = { now: () => Date.parse(now), sleep: async () => {} };

type Demo = Awaited<ReturnType<typeof startDemo>>;
const demos = new Map<'kubecost-2' | 'opencost', Demo>();
const urlOf = (product: 'kubecost-2' | 'opencost') => demos.get(product)?.url ?? '';

beforeAll(async () => {
  for (const as of ['kubecost-2', 'opencost'] as const) {
    demos.set(as, await startDemo({ ...world, as }, { clock }));
  }
});

afterAll(async () => {
  for (const demo of demos.values()) await demo.close();
});

const runAt = (argv: readonly string[]) => ran(argv, testDeps({ clock: new TestClock(now) }));

const daysOf = (report: AuditReport) => [
  ...new Set(report.audits.map(({ window }) => window.start.slice(0, 10))),
];

test.each([
  ['kubecost-2', 'settled', ['2026-03-09'], "Kubecost's data is settled 48 h"],
  [
    'kubecost-2',
    '3d settled',
    ['2026-03-07', '2026-03-08', '2026-03-09'],
    "Kubecost's data is settled 48 h",
  ],
  ['opencost', 'settled', ['2026-03-10'], "OpenCost's data is settled 6 h"],
] as const)('%s: audit run --window "%s" is %j', async (product, window, days, reason) => {
  const argv = ['audit', 'run', '--url', urlOf(product), '--engine', 'local', '--window', window];
  const { stdout, stderr } = await runAt([...argv, '-o', 'json']);
  const report = JSON.parse(stdout) as AuditReport;
  expect(daysOf(report)).toEqual(days);
  expect(stderr).toContain(`--window ${window}: ${days[0]}T00:00:00Z,`);
  expect(stderr).toContain(`${reason} after the end of a day`);
  const unsettled = report.audits.filter(({ description }) =>
    description.startsWith('not settled'),
  );
  expect(unsettled).toEqual([]);
});

test('coverage has the settled window in its query', async () => {
  const argv = ['events', 'coverage', '--url', urlOf('kubecost-2'), '--window', '2d settled'];
  const { stdout } = await runAt([...argv, '-o', 'json']);
  const { query } = JSON.parse(stdout) as { query: { window: string } };
  expect(query.window).toBe('2026-03-08T00:00:00Z,2026-03-10T00:00:00Z');
});

test('the Audit API and the event log receive the dates, not the name', async () => {
  await using server = await serve({
    '/model/productConfigs': reply('{"chartVersion":"1.105.0"}'),
    '/model/etl/audit': replyData([]),
    '/model/etl/log': replyData({}),
  });
  for (const command of ['audit', 'events']) {
    await runAt([command, '--url', server.url, '--window', 'settled']);
  }
  const windows = server.requests.flatMap(({ path, query }) =>
    path.includes('/etl/') ? [[path, query.get('window')]] : [],
  );
  const settled = '2026-03-09T00:00:00Z,2026-03-10T00:00:00Z';
  expect(windows).toEqual([
    ['/model/etl/audit', settled],
    ['/model/etl/log', settled],
  ]);
});

test('two servers are compared over the same window, the earliest of theirs', async () => {
  const urls = ['--url', urlOf('kubecost-2'), '--url', urlOf('opencost')];
  const { stderr } = await runAt(['audit', 'compare', ...urls, '--window', 'settled']);
  expect(stderr).toContain('--window settled: 2026-03-09T00:00:00Z,2026-03-10T00:00:00Z');
});

test.each(['0d settled', 'settled 3d', '-1d settled', '10000d settled', '3h settled', 'Settled'])(
  '"%s" is refused before any request, with the forms',
  async (window) => {
    await using server = await serve({});
    const { code, stderr } = await runAt(['audit', '--url', server.url, '--window', window]);
    expect(code).toBe(2);
    expect(stderr).toContain(`'${window}' is not a window`);
    expect(stderr).toContain('settled, 7d settled');
    expect(server.requests).toEqual([]);
  },
);

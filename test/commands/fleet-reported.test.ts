import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fleetSchema } from '../../src/fleet/schema.ts';
import { day, formatTime } from '../../src/time.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { reply, replyData, serve } from '../support/server.ts';

/** Fleets as people reported them in public; names and amounts are replaced. */

const now = '2026-03-31T12:00:00Z';

interface Costs {
  readonly cpuCoreHours: number;
  readonly totalCost: number;
}

const running: Costs = { cpuCoreHours: 24, totalCost: 5 };

/** A Kubecost 2 that has, on each day, the clusters that `on` returns; null: no set at all. */
async function server(on: (date: string) => Readonly<Record<string, Costs>> | null) {
  const started = await serve({
    '/model/productConfigs': reply('{"chartVersion":"2.6.3"}'),
    '/model/allocation': (request, response) => {
      const [start = '', end = ''] = (request.query.get('window') ?? '').split(',');
      const sets: unknown[] = [];
      for (let at = Date.parse(start); at < Date.parse(end); at += day) {
        const window = { start: formatTime(at), end: formatTime(at + day) };
        const rows = Object.entries(on(window.start.slice(0, 10)) ?? {}).map(
          ([name, costs]) => [name, { name, window, ...window, minutes: 1440, ...costs }] as const,
        );
        sets.push(rows.length > 0 ? Object.fromEntries(rows) : null);
      }
      return replyData(sets)(request, response);
    },
  });
  onTestFinished(() => started[Symbol.asyncDispose]());
  return started.url;
}

async function fileOf(name: string, lines: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-reported-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, name);
  await writeFile(path, lines.join('\n'));
  return path;
}

async function fleet(...argv: string[]) {
  const deps = testDeps({ clock: new TestClock(now) });
  const { stdout, code } = await ran(['fleet', '-o', 'json', ...argv], deps);
  return { code, ...fleetSchema.parse(JSON.parse(stdout)) };
}

test('the agent runs, the API answers without an error, and after three weeks without data', async () => {
  // kubecost#3935
  const url = await server((date) => (date < '2026-03-22' ? { one: running } : null));
  const { clusters, code } = await fleet('--url', url, '--fail-on', 'silent');
  expect(clusters).toMatchObject([
    {
      cluster: 'one',
      state: 'silent',
      lastDay: '2026-03-21',
      detail: 'no workloads since 2026-03-22',
    },
  ]);
  expect(code).toBe(1);
});

test('the first two months of two clusters are lost, those of the others are not', async () => {
  // kubecost#2062
  const url = await server((date) =>
    date < '2026-02-20'
      ? { a: running, d: running }
      : { a: running, b: running, c: running, d: running },
  );
  const { clusters } = await fleet('--url', url, '--window', '80d settled');
  expect(
    clusters.map(({ cluster, state, missingDays }) => [cluster, state, missingDays.length]),
  ).toEqual([
    ['a', 'complete', 0],
    ['b', 'gaps', 43],
    ['c', 'gaps', 43],
    ['d', 'complete', 0],
  ]);
  expect(clusters[1]?.detail).toMatch(
    /^no data before 2026-02-20: it is lost, or the cluster is new/,
  );
});

test('two clusters were installed with the default id', async () => {
  // kubecost#1505
  const [one, two] = [
    await server(() => ({ 'cluster-one': running })),
    await server((date) => (date < '2026-03-10' ? { 'cluster-one': running } : null)),
  ];
  const servers = await fileOf('servers.txt', [one, two]);
  const { clusters, summary } = await fleet('--servers', servers);
  const found = new Map(
    clusters.map(({ server: on, state, detail }) => [on, `${state}: ${detail}`]),
  );
  expect(found.get(one)).toBe(`complete: this id is also on ${two}`);
  expect(found.get(two)).toBe(`silent: no workloads since 2026-03-10; this id is also on ${one}`);
  expect(summary).toMatchObject({ total: 2, complete: 1, silent: 1 });
});

test('volumes have costs, CPU and RAM have none: the cluster label is another one', async () => {
  // opencost#3474
  const url = await server(() => ({ one: { cpuCoreHours: 0, totalCost: 3 } }));
  const { clusters } = await fleet('--url', url);
  expect(clusters).toMatchObject([{ cluster: 'one', state: 'silent', lastDay: null }]);
  expect(clusters[0]?.detail).toBe('no workloads; volumes or load balancers still have costs');
});

test('the primary sees itself, and none of its agents', async () => {
  // kubecost/poc-common-configurations#126
  const url = await server(() => ({ primary: running }));
  const ids = await fileOf('clusters.txt', ['primary', 'agent-1', 'agent-2']);
  const { clusters, summary, code } = await fleet(
    '--url',
    url,
    '--expect',
    ids,
    '--fail-on',
    'missing',
  );
  expect(clusters.map(({ cluster, state }) => [cluster, state])).toEqual([
    ['agent-1', 'missing'],
    ['agent-2', 'missing'],
    ['primary', 'complete'],
  ]);
  expect(summary).toMatchObject({ total: 3, complete: 1 });
  expect(code).toBe(1);
});

test.each(['', '__unallocated__'])(
  'workloads whose cluster is "%s" are not a server without data',
  async (id) => {
    // awslabs/containers-cost-allocation-dashboard#4, kubecost#3935
    const url = await server(() => ({ [id]: running }));
    const { clusters } = await fleet('--url', url);
    expect(clusters).toMatchObject([{ cluster: id, detail: 'workloads without a cluster id' }]);
  },
);

test('many secondaries of a primary: every one reports, one stopped, one has days without data', async () => {
  // kubecost#1695, kubecost#1825
  const ids = Array.from({ length: 40 }, (_, i) => `secondary-${i}`);
  const url = await server((date) =>
    Object.fromEntries(
      ids
        .filter((id) => id !== 'secondary-7' || date < '2026-03-20')
        .filter((id) => id !== 'secondary-9' || !/-(0[3-5]|11)$/.test(date))
        .map((id) => [id, running]),
    ),
  );
  const { clusters, summary } = await fleet('--url', url, '--expect', await fileOf('c', ids));
  expect(summary).toMatchObject({ total: 40, complete: 38, silent: 1, gaps: 1 });
  expect(clusters.find(({ state }) => state === 'gaps')?.detail).toBe(
    'no data on 2026-03-03 to 2026-03-05, 2026-03-11 (4 of 30 days)',
  );
});

import { expect, test } from 'vitest';
import { evaluateServer } from '../../src/fleet/evaluate.ts';
import type { ClusterDay, ServerEvidence } from '../../src/fleet/evidence.ts';
import { parseExpected } from '../../src/fleet/expected.ts';
import { fleetReport } from '../../src/fleet/report.ts';
import type { FleetCluster } from '../../src/fleet/schema.ts';
import { day, hour } from '../../src/time.ts';

const first = Date.parse('2026-03-01T00:00:00Z');
const days = Array.from({ length: 30 }, (_, i) => first + i * day);
/** 60 hours after the end of the newest settled day. */
const now = first + 30 * day + 60 * hour;

const full: ClusterDay = { cost: 10, hours: 240, isAdjusted: true };
/** A cluster by a letter per day: `x` full, `0` without cost, `.` nothing, `-` a few minutes, `v` volumes. */
const letters: Readonly<Record<string, ClusterDay>> = {
  x: full,
  0: { ...full, cost: 0 },
  '-': { cost: 0, hours: 1, isAdjusted: false },
  v: { cost: 2, hours: 0, isAdjusted: false },
  n: { ...full, cost: Number.NaN },
};

function cluster(pattern: string): Map<number, ClusterDay> {
  return new Map(
    [...pattern].flatMap((letter, i): [number, ClusterDay][] => {
      const one = letters[letter];
      return one ? [[first + i * day, one]] : [];
    }),
  );
}

/** Clusters with 30 settled days and up to 3 days after them. */
function server(patterns: Readonly<Record<string, string>>, more: Partial<ServerEvidence> = {}) {
  return {
    server: 'a',
    product: 'kubecost',
    version: '2.4.3',
    days,
    requested: [...days, first + 30 * day, first + 31 * day, first + 32 * day],
    unread: [],
    clusters: new Map(Object.entries(patterns).map(([id, pattern]) => [id, cluster(pattern)])),
    ...more,
  } satisfies ServerEvidence;
}

const context = { expected: null, now };
const all = 'x'.repeat(33);

function stateOf(pattern: string, at = now): FleetCluster | undefined {
  const evidence = server({ other: all, one: pattern });
  return evaluateServer(evidence, { expected: null, now: at }).find((c) => c.cluster === 'one');
}

test.each([
  ['every day', all, ['complete', '2026-04-02', 0]],
  [
    'settled days only, the newest ones are still written',
    'x'.repeat(30),
    ['complete', '2026-03-30', 0],
  ],
  ['prices are 0', '0'.repeat(33), ['complete', '2026-04-02', 0]],
  ['the newest day costs nothing', `${'x'.repeat(29)}000x`, ['complete', '2026-04-02', 0]],
  ['a cost that is no number', `${'x'.repeat(29)}nxxx`, ['complete', '2026-04-02', 0]],
  ['a gap', `xxxx..${'x'.repeat(27)}`, ['gaps', '2026-04-02', 2]],
  ['days of a few minutes are a gap', `xxxx--${'x'.repeat(27)}`, ['gaps', '2026-04-02', 2]],
  ['volumes without workloads are a gap', `xxxxv${'x'.repeat(28)}`, ['gaps', '2026-04-02', 1]],
  [
    'the newest settled day is absent, a later one is not',
    `${'x'.repeat(29)}.x..`,
    ['gaps', '2026-03-31', 1],
  ],
  ['nothing since the newest settled day', `${'x'.repeat(29)}....`, ['silent', '2026-03-29', 1]],
  ['volumes only since', `${'x'.repeat(25)}${'v'.repeat(8)}`, ['silent', '2026-03-25', 5]],
  ['volumes only, always', 'v'.repeat(33), ['silent', null, 30]],
  ['begins late', `${'.'.repeat(20)}${'x'.repeat(13)}`, ['gaps', '2026-04-02', 20]],
])('%s', (_, pattern, found) => {
  const { state, lastDay, missingDays } = stateOf(pattern) ?? {};
  expect([state, lastDay, missingDays?.length]).toEqual(found);
});

test('a cluster is not silent before 48 hours without data', () => {
  // OpenCost settles a day after 6 hours: yesterday is absent, the day before is not
  const evidence = server({ one: 'x'.repeat(29) }, { product: 'opencost', requested: days });
  const at = (time: number) => evaluateServer(evidence, { expected: null, now: time })[0];
  expect(at(first + 30 * day + 7 * hour)).toMatchObject({
    state: 'complete',
    missingDays: [],
    detail: 'no data yet on 2026-03-30',
  });
  expect(at(first + 31 * day)).toMatchObject({ state: 'silent', missingDays: ['2026-03-30'] });
});

test('days before the first one of the server, or of the cluster by the --expect file, are not missing', () => {
  const evidence = server({ one: `${'.'.repeat(10)}${'x'.repeat(23)}` });
  expect(evaluateServer(evidence, context)[0]).toMatchObject({ state: 'complete' });
  const two = server({ one: all, two: `${'.'.repeat(10)}${'x'.repeat(23)}` });
  const expected = parseExpected('one\ntwo 2026-03-11\n', 'f');
  expect(evaluateServer(two, { expected, now }).map(({ state }) => state)).toEqual([
    'complete',
    'complete',
  ]);
  const earlier = parseExpected('one\ntwo 2026-03-09\n', 'f');
  expect(evaluateServer(two, { expected: earlier, now })[1]).toMatchObject({
    state: 'gaps',
    missingDays: ['2026-03-09', '2026-03-10'],
  });
});

test('days that could not be read are neither missing nor complete', () => {
  const unread = [{ span: { start: first + 4 * day, end: first + 8 * day }, reason: 'refused' }];
  const evidence = server(
    {
      complete: all,
      unknown: `xxxx....${'x'.repeat(25)}`,
      gap: `xx......${'x'.repeat(25)}`,
    },
    { unread },
  );
  const rows = evaluateServer(evidence, context);
  expect(
    rows.map(({ cluster: id, state, missingDays }) => [id, state, missingDays.length]),
  ).toEqual([
    ['complete', 'complete', 0],
    ['gap', 'gaps', 2],
    ['unknown', 'unreachable', 0],
  ]);
  const newest = [{ span: { start: first + 30 * day, end: first + 33 * day }, reason: 'refused' }];
  const quiet = server({ one: 'x'.repeat(29), two: all }, { unread: newest });
  expect(evaluateServer(quiet, context)[0]?.state).not.toBe('silent');
});

function reportOf(results: Parameters<typeof fleetReport>[0], ids: string | null, hasGate = false) {
  return fleetReport(results, {
    query: { window: '30d settled', expect: null },
    expected: ids === null ? null : parseExpected(ids, 'f'),
    now,
    failOn: hasGate ? ['missing'] : null,
  });
}

test('an expected cluster without data is missing, and not known where a server failed', () => {
  const good = server({ one: all });
  const failed = { server: 'b', product: null, version: null, reason: 'refused', isRefused: false };
  const known = reportOf([good], 'one\ntwo\n', true);
  expect(known.clusters.map(({ cluster: id, state }) => [id, state])).toEqual([
    ['one', 'complete'],
    ['two', 'missing'],
  ]);
  expect(known).toMatchObject({ summary: { total: 2, complete: 1 }, gate: { passed: false } });
  const unknown = reportOf([good, failed], 'one\ntwo\n', true);
  expect(unknown.clusters.map(({ cluster: id, state, server: on }) => [id, state, on])).toEqual([
    ['one', 'complete', 'a'],
    ['two', 'unreachable', null],
    [null, 'unreachable', 'b'],
  ]);
  expect(unknown.gate?.passed).toBe(null);
});

test('an unexpected id names the missing one that it resembles, and no other', () => {
  const evidence = server({ 'prod-eu-1': all, 'prod-us-2': all });
  const { clusters } = reportOf([evidence], 'prod-eu-11\nprod-uss-2\nprod-eu-2\n');
  const details = clusters
    .filter(({ state }) => state === 'unexpected')
    .map(({ cluster: id, detail }) => [id, detail]);
  expect(details).toEqual([
    ['prod-eu-1', 'not in the --expect file'],
    ['prod-us-2', 'not in the --expect file; is it prod-uss-2, which is missing?'],
  ]);
});

test('the same id on two servers is named on both', () => {
  const { clusters, summary } = reportOf(
    [server({ 'cluster-one': all }), { ...server({ 'cluster-one': 'x'.repeat(20) }), server: 'b' }],
    null,
  );
  expect(clusters.map(({ state, detail }) => [state, detail])).toEqual([
    ['complete', 'this id is also on b'],
    ['silent', 'no workloads since 2026-03-21; this id is also on a'],
  ]);
  expect(summary.total).toBe(2);
});

test('a server without any cluster is missing itself', () => {
  const { clusters } = reportOf([server({}), { ...server({ zero: '-' }), server: 'b' }], null);
  expect(clusters.map(({ cluster: id, state, server: on }) => [id, state, on])).toEqual([
    ['zero', 'silent', 'b'],
    [null, 'missing', 'a'],
  ]);
});

/** A number from 0 to 1 that depends on its arguments alone (mulberry32). */
function random(seed: number): number {
  let t = (seed * 0x9e3779b9 + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

test('10,000 days of clusters that flap: none is missing, and none that reports again is silent', () => {
  const ids = Array.from({ length: 334 }, (_, i) => `cluster-${i}`);
  const kinds = ['.', '-', '0', 'v'];
  // a third of the days is absent, free or left over, but never 48 hours in a row
  const patterns = ids.map((id, c): [string, string] => {
    let pattern = '';
    for (let i = 0; i < 33; i++) {
      const flaps = random(c * 1000 + i) < 1 / 3 && !/[.\-v]$/.test(pattern);
      pattern += flaps ? (kinds[Math.floor(random(c * 7919 + i) * 4)] ?? '.') : 'x';
    }
    return [id, pattern];
  });
  const evidence = server(Object.fromEntries(patterns));
  const { summary } = reportOf([evidence], ids.join('\n'));
  expect(summary).toMatchObject({ total: 334, missing: 0, silent: 0, unreachable: 0 });
  expect(summary.gaps).toBeGreaterThan(300);
});

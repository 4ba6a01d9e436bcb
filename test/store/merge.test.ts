import { describe, expect, test } from 'vitest';
import { diagnoseDays } from '../../src/store/diagnose-days.ts';
import { type MergeInput, mergedServers, mergeInputs } from '../../src/store/merge.ts';
import type { StoredDay } from '../../src/store/schema.ts';
import { type ShardPlan, shardOf } from '../../src/store/shard.ts';
import { storedDay } from './support/days.ts';

const input = (
  name: string,
  days: readonly StoredDay[],
  plans: readonly ShardPlan[] = [],
): MergeInput => ({
  ...{ name, days, plans, damaged: [] },
});

/** Random partitions; more of them with KC_ETL_FUZZ_RUNS. */
const fuzzRuns = Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 200);

/** Days with what only neighbouring days complete: differences that last for days, gaps, skipped audits. */
const month = Array.from({ length: 30 }, (_, index) => dayOf(index));
const [first = storedDay(0)] = month;
const { product, clusterId, address } = first.server;

function dayOf(index: number): StoredDay {
  const day = storedDay(index);
  const isGap = index % 11 === 7;
  const isSkipped = index % 9 === 2;
  const delta = index % 7 < 3 ? 0 : 1 + (index % 3);
  const differences = delta
    ? [{ key: ['c1'], expected: 10, actual: 10 + delta, delta, relative: delta / 10 }]
    : [];
  const status = isSkipped ? 'Skipped' : delta ? 'Failed' : 'Passed';
  return {
    ...day,
    audits: day.audits.map((audit) => ({ ...audit, status, differences })),
    clusters: isGap ? [] : [{ cluster: 'c1', assets: 10 + delta, workloads: 8 }],
    presence: { ...day.presence, empty: isGap ? [{ store: 'assets', content: 'none' }] : [] },
  };
}

function planOf(days: readonly StoredDay[], count: number): ShardPlan {
  return {
    ...{ schemaVersion: 1, kind: 'ShardPlan', server: { product, clusterId, address }, url: null },
    ...{ options: first.options, count, windows: days.map(({ window }) => window.start) },
  };
}

/** Numbers that look random and are the same in every run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function shuffled<One>(all: readonly One[], random: (below: number) => number): One[] {
  return all
    .map((one) => ({ one, at: random(2 ** 30) }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

const only = (days: readonly StoredDay[]) => days;
const options = { now: Date.UTC(2026, 11, 1), window: null };

describe('a merge', () => {
  test('is the whole, whatever the partition and the order; some units twice', () => {
    for (let seed = 1; seed <= fuzzRuns; seed++) {
      const random = randomOf(seed);
      const count = 1 + random(64);
      const parts = Array.from({ length: count }, (): StoredDay[] => []);
      for (const day of month) {
        parts[random(count)]?.push(day);
        if (random(4) === 0) parts[random(count)]?.push({ ...day, storedAt: `x${seed}` });
      }
      const inputs = parts.map((days, i) =>
        input(`${i}`, shuffled(days, random), [planOf(month, count)]),
      );
      const merged = mergeInputs(shuffled(inputs, random));
      expect(merged.contradictions).toEqual([]);
      const [server] = mergedServers(merged, only);
      expect(server?.missing).toEqual([]);
      const days = server?.days.map((day) => ({ ...day, storedAt: first.storedAt })) ?? [];
      expect(days).toEqual(month);
      expect(diagnoseDays(days, options)).toEqual(diagnoseDays(month, options));
    }
  });

  test('is the whole for every number of shards from 1 to 64', () => {
    const whole = diagnoseDays(month, options);
    expect(new Set(whole.findings.map(({ code }) => code))).toEqual(
      new Set(['unexplained', 'missing-day']),
    );
    for (let count = 1; count <= 64; count++) {
      const random = randomOf(count);
      const plan = planOf(month, count);
      const shards = Array.from({ length: count }, (_, i) =>
        input(
          `${i + 1}`,
          month.filter(({ server, window }) => shardOf(server, window.start, count) === i + 1),
          [plan],
        ),
      );
      const merged = mergeInputs(shuffled(shards, random));
      expect(merged.contradictions).toEqual([]);
      const [server] = mergedServers(merged, only);
      expect([server?.missing, server?.days]).toEqual([[], month]);
      expect(diagnoseDays(server?.days ?? [], options)).toEqual(whole);
    }
  });

  test('of two copies the newer one counts, whatever the order; an evaluation that failed since is named', () => {
    const at = (storedAt: string, changes: Partial<StoredDay> = {}) => ({
      ...{ ...first, storedAt, ...changes },
    });
    const other = { totals: { allocations: 1, assets: 1 } };
    const cases: [StoredDay, StoredDay, Partial<ReturnType<typeof mergeInputs>>, string[]][] = [
      [at('1'), at('2'), { days: [at('2')], contradictions: [] }, []],
      [at('1'), at('2', other), { contradictions: ['2026-11-01 of c1 differs between '] }, []],
      [at('1', { failedAt: '2' }), at('3', other), { days: [at('3', other)] }, []],
      [
        at('1', { failedAt: '3' }),
        at('2'),
        { days: [at('2', { failedAt: '3' })], contradictions: [] },
        ['2026-11-01 of c1, whose last evaluation failed'],
      ],
    ];
    for (const [a, b, expected, missing] of cases) {
      for (const pair of [
        [a, b],
        [b, a],
      ]) {
        const merged = mergeInputs(pair.map((day, i) => input(`${i}`, [day])));
        const contradictions = merged.contradictions.map((text) => text.replace(/\d and \d$/, ''));
        expect({ ...merged, contradictions }).toMatchObject(expected);
        if (contradictions.length === 0) {
          expect(mergedServers(merged, only)[0]?.missing).toEqual(missing);
        }
      }
    }
  });

  test('the order of the fields in a file is no content', () => {
    const reversed = Object.fromEntries(Object.entries(first).reverse()) as StoredDay; // the same fields
    const merged = mergeInputs([input('a', [first]), input('b', [reversed])]);
    expect(merged.contradictions).toEqual([]);
  });

  test('without one unit it is incomplete, and names it and its shard', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomOf(seed);
      const lost = month[random(month.length)] ?? first;
      const rest = month.filter((day) => day !== lost);
      const [server] = mergedServers(mergeInputs([input('a', rest, [planOf(month, 7)])]), only);
      const shard = shardOf(first.server, lost.window.start, 7);
      expect(server?.missing).toEqual([
        `${lost.window.start.slice(0, 10)} of c1 (shard ${shard}/7)`,
      ]);
    }
  });

  test('the plan that reaches furthest says what is complete', () => {
    const [older, newer] = [month.slice(0, 20), month.slice(10)];
    const merged = mergeInputs([
      input('a', older, [planOf(older, 2)]),
      input('b', newer, [planOf(newer, 2)]),
    ]);
    expect(mergedServers(merged, only)[0]?.starts).toEqual(newer.map(({ window }) => window.start));
  });
});

describe('the shards of a server', () => {
  test('every unit is in one shard, and no shard has far more than its share', () => {
    for (const count of [1, 2, 3, 8, 64]) {
      const sizes = new Map<number, number>();
      for (let index = 0; index < 1000; index++) {
        const shard = shardOf(first.server, storedDay(index).window.start, count);
        sizes.set(shard, (sizes.get(shard) ?? 0) + 1);
      }
      expect(Math.min(...sizes.keys())).toBeGreaterThanOrEqual(1);
      expect(Math.max(...sizes.keys())).toBeLessThanOrEqual(count);
      expect(Math.max(...sizes.values())).toBeLessThan((1000 / count) * 2.5);
    }
  });
});

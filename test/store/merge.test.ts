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

const month = Array.from({ length: 30 }, (_, index) => storedDay(index));
const [first = storedDay(0)] = month;
const { product, clusterId, address } = first.server;

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
    for (let seed = 1; seed <= 200; seed++) {
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

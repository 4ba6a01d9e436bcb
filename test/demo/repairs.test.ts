import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateQuery } from '../../src/demo/prometheus/evaluate.ts';
import { parseQuery } from '../../src/demo/prometheus/promql.ts';
import { dayOf, isoDate } from '../../src/demo/time.ts';
import { day, hour, minute } from '../../src/time.ts';
import { kubecostOf, noon, stoppedClock } from './support/in-process.ts';

/** `npm run fuzz` raises it. */
const numRuns = Math.ceil(Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000) / 10);

const query = parseQuery('count(count_over_time(up[1h]))');
const size = { clusters: 1, nodes: 1, pods: 1, days: 8 };

test('a repaired set has the hours for which /prometheusQuery has samples, and no others', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 24 * 8 }),
      fc.integer({ min: 0, max: 24 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 0, max: 59 }),
      (retention, lostHours, daysAgo, minutes) => {
        const now = noon + minutes * minute;
        const dayStart = dayOf(now) - daysAgo * day;
        const faults = lostHours === 0 ? [] : [`metrics-lost=${isoDate(dayStart)},${lostHours}h`];
        const { kubecost } = kubecostOf({ ...size, retention, faults }, stoppedClock(now));
        const { pipeline, samples, world } = kubecost;
        pipeline.repair('allocations', { start: dayStart, end: dayStart + day }, now);
        const [repair] = pipeline.repairs.all;
        if (!repair) throw new Error('the repair was not accepted');
        const before = pipeline.set('day', dayStart, repair.at - 1);
        expect(before).toMatchObject({ allocations: 'full', rebuilt: { allocations: null } });
        const after = pipeline.set('day', dayStart, repair.at);
        const rebuilt = after?.rebuilt.allocations ?? null;
        expect(after?.allocations).toBe(rebuilt === null ? 'empty' : 'full');
        expect(after?.assets).toBe('full');
        for (let start = dayStart; start < dayStart + day; start += hour) {
          const vector = evaluateQuery(query, { world, samples, now: repair.at }, start + hour);
          const isKept = rebuilt !== null && rebuilt.start < start + hour;
          expect({ start, isKept: vector.length > 0 }).toEqual({ start, isKept });
        }
      },
    ),
    { numRuns },
  );
});

test('a day that has not ended goes on being built after its repair', () => {
  const { kubecost } = kubecostOf(size);
  const today = dayOf(noon);
  kubecost.pipeline.repair('allocations', { start: today, end: today + day }, noon);
  const later = noon + 5 * hour;
  const set = kubecost.pipeline.set('day', today, later);
  if (!set) throw new Error('there is no such set');
  const ends = [...kubecost.stores.allocations(set)].map(({ end }) => end);
  expect(Math.max(...ends)).toBe(kubecost.pipeline.builtUntil(later));
});

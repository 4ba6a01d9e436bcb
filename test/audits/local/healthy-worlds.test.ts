import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditType } from '../../../src/audits/types.ts';
import type { SetSpec } from '../../../src/demo/build/spec.ts';
import { dayOf } from '../../../src/demo/time.ts';
import { day, hour } from '../../../src/time.ts';
import { kubecostOf, stoppedClock } from '../../demo/support/in-process.ts';
import { complaints } from './support/answerable.ts';
import { auditSet, auditsOfOneWindow } from './support/stores.ts';
import { auditedVariants, furtherAggregates, fuzzed, worlds } from './support/worlds.ts';

const scenarios = fc.record({
  world: worlds(),
  resolution: fc.constantFrom('day' as const, 'day' as const, 'hour' as const),
  /** Days or hours before the last one. */
  back: fc.nat(6),
  includeUnsettled: fc.boolean(),
  aggregates: fc.subarray([...furtherAggregates], { maxLength: 2 }),
});

const { numRuns, ...runs } = fuzzed(1000);

describe('a healthy world, its stores read without rounding', () => {
  test(`has no finding and nothing skipped that can be answered, for ${numRuns} worlds`, {
    timeout: 300_000 + numRuns * 200,
  }, () => {
    const evaluated = {
      windows: 0,
      variants: new Set<string>(),
      passed: new Map<AuditType, number>(),
    };
    fc.assert(
      fc.property(scenarios, ({ world, resolution, back, ...how }) => {
        const { now, as } = world;
        const { kubecost } = kubecostOf(world, stoppedClock(now));
        const { pipeline } = kubecost;
        const built = pipeline.builtUntil(now);
        const last =
          resolution === 'day' ? dayOf(built - 1) - back * day : built - (back * 7 + 1) * hour;
        const set = pipeline.set(resolution, last, now);
        if (set === null) throw new Error('there is no such set');
        const audits = auditSet(kubecost, set, { now, ...how });
        const { window, billed } = set;
        const { includeUnsettled } = how;
        const hourly = resolution === 'hour';
        const conditions = { as, window, now, hourly, includeUnsettled, billed, exact: true };
        expect(complaints(audits, conditions, auditsOfOneWindow)).toEqual([]);
        evaluated.windows++;
        evaluated.variants.add(as);
        for (const { type, status } of audits) {
          if (status === 'Passed')
            evaluated.passed.set(type, (evaluated.passed.get(type) ?? 0) + 1);
        }
      }),
      { numRuns, ...runs },
    );
    expect(evaluated.windows).toBeGreaterThanOrEqual(numRuns);
    expect([...evaluated.variants].sort()).toEqual([...auditedVariants].sort());
    for (const type of auditsOfOneWindow) {
      expect([type, (evaluated.passed.get(type) ?? 0) > numRuns / 10]).toEqual([type, true]);
    }
  });

  test('may be so large that its pods are made anew whenever they are read', () => {
    const now = Date.UTC(2026, 2, 14, 12, 20);
    const as = 'kubecost-1.105';
    const { kubecost } = kubecostOf(
      { seed: 1, clusters: 2, nodes: 20, pods: 50_001, days: 4, as },
      stoppedClock(now),
    );
    const set: SetSpec | null = kubecost.pipeline.set('day', dayOf(now) - 3 * day, now);
    if (set === null) throw new Error('there is no such set');
    const types: AuditType[] = ['AuditAllocationReconciliation', 'AuditClusterEquality'];
    const audits = auditSet(kubecost, set, { now, includeUnsettled: false, types });
    const { window, billed } = set;
    const conditions = { as, window, now, hourly: false, includeUnsettled: false, billed } as const;
    expect(complaints(audits, conditions, types)).toEqual([]);
  });
});

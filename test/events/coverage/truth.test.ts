import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CoverageOptions, Evidence } from '../../../src/events/coverage/evidence.ts';
import { coverageOf } from '../../../src/events/coverage/report.ts';
import type { CoverageCell } from '../../../src/events/coverage/schema.ts';
import { findingKinds, type State } from '../../../src/events/coverage/state.ts';
import { day, hour, minute } from '../../../src/time.ts';
import { type Fate, gaugesOf, logOf, presenceOf, statusOf, type Truth } from './support/truth.ts';

const now = Date.parse('2026-03-20T12:00:00Z');

const truths: fc.Arbitrary<Truth> = fc
  .record({
    fates: fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constant<Fate>('ok') },
        fc.constantFrom<Fate>('failed', 'empty', 'unfinished', 'absent', 'repaired'),
      ),
      { minLength: 3, maxLength: 40 },
    ),
    offset: fc.constantFrom(0, 1, -5, 5.5, 13),
    startShare: fc.double({ min: 0, max: 1, noNaN: true }),
    cutShare: fc.double({ min: 0, max: 1, noNaN: true }),
    change: fc.option(
      fc.record({
        share: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        hours: fc.constantFrom(-11, -5.5, -1, 1, 5.5, 11),
      }),
    ),
  })
  .map(({ fates, offset, startShare, cutShare, change }) => {
    const midnight = Math.floor((now + offset * hour) / day) * day - offset * hour;
    // the newest set has begun, also after a change to later days
    const newest = midnight + (change?.hours ?? 0) * hour > now ? midnight - day : midnight;
    const days = fates.length;
    const startDay = Math.floor(startShare * days);
    return {
      fates,
      now,
      start: newest - (days - 1) * day,
      startDay,
      change: change && {
        day: 1 + Math.floor(change.share * (days - 1)),
        shift: change.hours * hour,
      },
      cutDay: cutShare < 0.5 ? 0 : startDay + Math.floor((cutShare - 0.5) * 2 * (days - startDay)),
    };
  });

const subsets = fc
  .record({ log: fc.boolean(), status: fc.boolean(), metrics: fc.boolean() })
  // the cost API is requested where neither of the two names a set
  .map((subset) => ({ ...subset, presence: !subset.log && !subset.status }));

const options: CoverageOptions = {
  now,
  settle: 6 * hour,
  retention: { day: null, hour: null },
  window: null,
  store: 'asset',
};

/** States that do not contradict what happened; knowing less is always allowed. */
const allowed: Readonly<Record<Fate, readonly State[]>> = {
  ok: ['complete'],
  repaired: ['complete'],
  failed: ['error', 'missing'],
  absent: ['missing'],
  empty: ['empty'],
  unfinished: ['incomplete'],
};
const knowsLess: readonly State[] = ['unknown', 'unsettled', 'before-retention'];

function isTrue(fate: Fate, { state, detail }: CoverageCell): boolean {
  if (knowsLess.includes(state) || allowed[fate].includes(state)) return true;
  // the cost API answers nothing for an empty set as for a missing one
  if (fate === 'empty' && state === 'missing') return detail.includes('no rows');
  // a log shows of an older set only that it was loaded, and the detail says no more
  return fate === 'unfinished' && state === 'complete' && detail.startsWith('last loaded');
}

/** Whether a set is absent next to the change of `utcOffset`: such a gap has the grid after it, and one slot less. */
function isAbsentAtChange({ fates, change }: Truth, i: number): boolean {
  if (!change || fates[i] !== 'absent') return false;
  let [first, last] = [i, i];
  while (fates[first - 1] === 'absent') first--;
  while (fates[last + 1] === 'absent') last++;
  return first <= change.day && last >= change.day - 1;
}

describe('coverage of any sources of one truth', () => {
  test('never contradicts it', () => {
    fc.assert(
      fc.property(truths, subsets, (truth, subset) => {
        const evidence: Evidence = {
          log: subset.log ? logOf(truth) : null,
          status: subset.status ? statusOf(truth) : null,
          metrics: subset.metrics ? gaugesOf(truth) : null,
          presence: subset.presence ? presenceOf(truth) : null,
          failed: new Set(),
        };
        const { sets, findings, gate } = coverageOf(evidence, options, findingKinds);
        const wrong = sets.flatMap((set) => {
          const i = Math.round((Date.parse(set.window.start) - truth.start) / day);
          const fate = truth.fates[i] ?? 'absent';
          return isTrue(fate, set)
            ? []
            : [`${set.window.start} ${fate}: ${set.state} (${set.detail})`];
        });
        expect(wrong).toEqual([]);
        const has = (...fates: Fate[]) => truth.fates.some((fate) => fates.includes(fate));
        const unplaced = findings.filter(({ window }) => window === null).map(({ kind }) => kind);
        if (!has('failed')) expect(unplaced).not.toContain('error');
        if (!has('empty')) expect(unplaced).not.toContain('empty');
        // a pipeline that saved its newest sets is not stale
        const recent = truth.fates.slice(-4);
        const isRunning = recent.every((fate) => fate !== 'absent' && fate !== 'failed');
        if (isRunning && !subset.presence)
          expect(findings.filter(({ kind }) => kind === 'stale')).toEqual([]);
        if (!has('failed', 'empty', 'unfinished', 'absent')) expect(gate.passed).not.toBe(false);
      }),
      { numRuns: Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 500) },
    );
  });

  test('finds every settled fault that a whole listing shows', () => {
    fc.assert(
      fc.property(truths, (truth) => {
        const evidence: Evidence = {
          log: null,
          status: statusOf(truth),
          metrics: null,
          presence: null,
          failed: new Set(),
        };
        const { sets } = coverageOf(evidence, options, findingKinds);
        const first = truth.fates.findIndex((fate) => fate === 'ok' || fate === 'repaired');
        for (const [i, fate] of truth.fates.entries()) {
          const shift = truth.change && i >= truth.change.day ? truth.change.shift : 0;
          const end = truth.start + (i + 1) * day + shift;
          if (first < 0 || i <= first || end + options.settle + minute > now) continue;
          if (isAbsentAtChange(truth, i)) continue;
          const at = sets.find((set) => Date.parse(set.window.end) === end);
          expect(at && allowed[fate].includes(at.state) ? '' : `${fate} ${at?.state}`).toBe('');
        }
      }),
      { numRuns: Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 500) },
    );
  });
});

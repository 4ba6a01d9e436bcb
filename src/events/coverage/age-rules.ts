import type { Verdict } from './evaluate.ts';
import type { CoverageOptions } from './evidence.ts';
import { allowedDelay } from './staleness.ts';
import { lengthOf, type State } from './state.ts';
import type { StoreTimeline } from './store-timeline.ts';

/** A set of a store. */
export interface Place {
  readonly timeline: StoreTimeline;
  readonly start: number;
}

interface AgeRule {
  readonly name: string;
  readonly state: State;
  /** When it applies; docs/coverage.md has the same text. */
  readonly when: string;
  readonly applies: (verdict: Verdict, place: Place, options: CoverageOptions) => boolean;
}

const endOf = ({ timeline, start }: Place) => start + lengthOf[timeline.resolution];

/** Rules for the age of a set, applied in order to the state that its evidence gives. */
export const ageRules: readonly AgeRule[] = [
  {
    name: 'error-at-any-age',
    state: 'error',
    when: 'its evidence is an error: a failure counts at once',
    applies: ({ state }) => state === 'error',
  },
  {
    name: 'not-ended',
    state: 'unsettled',
    when: 'it has not ended',
    applies: (_, place, { now }) => endOf(place) > now,
  },
  {
    name: 'already-complete',
    state: 'complete',
    when: 'it has ended and its evidence is complete',
    applies: ({ state }) => state === 'complete',
  },
  {
    name: 'data-stopped',
    state: 'incomplete',
    when: 'it has ended, and its rows ended more than 5 h ago: later than any delay of a healthy server',
    applies: ({ state }, { timeline, start }, { now }) => {
      const ends = [...(timeline.presence.get(start)?.endedEarly.values() ?? [])];
      return state === 'incomplete' && ends.some((end) => now - end > allowedDelay);
    },
  },
  {
    name: 'not-settled',
    state: 'unsettled',
    when: 'it ended less than `--settle` ago (6 h by default; Thanos delivers the last 3 h late)',
    applies: (_, place, { now, settle }) => endOf(place) + settle > now,
  },
  {
    name: 'before-retention',
    state: 'before-retention',
    when: 'it is older than the oldest set that the store keeps, does not exist, and `--expect-retention` does not ask for it',
    applies: (verdict, place, options) =>
      place.timeline.oldest !== null && isBeforeOldest(verdict, place, options),
  },
  {
    name: 'nothing-kept',
    state: 'unknown',
    when: 'no set of the store is known, and `--expect-retention` does not ask for it',
    applies: (verdict, place, options) =>
      verdict.state === 'absent' && isBeforeOldest(verdict, place, options),
  },
  {
    name: 'absent',
    state: 'missing',
    when: 'it does not exist, and neither of the above',
    applies: ({ state }) => state === 'absent',
  },
];

function isBeforeOldest(verdict: Verdict, place: Place, options: CoverageOptions): boolean {
  const { timeline, start } = place;
  if (timeline.oldest !== null && start >= timeline.oldest) return false;
  if (start >= expectedFrom(timeline, options)) return false;
  // the cost API returns nothing for any time before its first set
  const isUnanswered =
    verdict.state === 'missing' && verdict.facts.every(({ source }) => source === 'presence');
  return verdict.state === 'absent' || isUnanswered;
}

/** State of a set once its age counts. */
export function stateByAge(verdict: Verdict, place: Place, options: CoverageOptions): State {
  const rule = ageRules.find(({ applies }) => applies(verdict, place, options));
  return rule?.state ?? (verdict.state === 'absent' ? 'missing' : verdict.state);
}

/** Start of the first set that `--expect-retention` asks for; infinite without the option. */
export function expectedFrom(
  { resolution, starts }: StoreTimeline,
  options: CoverageOptions,
): number {
  const expected = options.retention[resolution];
  if (expected === null) return Number.POSITIVE_INFINITY;
  const length = lengthOf[resolution];
  const phase = (starts.at(-1) ?? 0) % length;
  return Math.floor((options.now - phase) / length) * length + phase + length - expected;
}

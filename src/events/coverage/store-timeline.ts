import { storeOf } from '../filter.ts';
import { type Store, stepOf } from '../kinds.ts';
import type { SetHistories, SetHistory } from '../set-histories.ts';
import {
  evaluateSet,
  type SetEvidence,
  type TypicalSteps,
  typicalStepsOf,
  type Verdict,
} from './evaluate.ts';
import type { CoverageOptions, Evidence, StoreStatus } from './evidence.ts';
import { lengthOf, type Resolution } from './state.ts';

/** The sets of one store and length, with all that is known of each. */
export interface StoreTimeline {
  readonly store: Store;
  readonly resolution: Resolution;
  /** By the start of the set, in milliseconds since 1970. */
  readonly sets: ReadonlyMap<number, EvaluatedSet>;
  /** Where the sets begin within their length, in milliseconds: not 0 for a server with an offset. */
  readonly phase: number;
  /** The start of the oldest set that is kept; null where none is known. */
  readonly oldest: number | null;
  /** A set that ended later than this would be in the log; infinite where nothing can be said. */
  readonly logHorizon: number;
  readonly status: StoreStatus | null;
  /** The start of the oldest file that is listed; infinite where files are not listed. */
  readonly oldestFile: number;
  readonly habits: TypicalSteps;
}

export interface EvaluatedSet extends SetEvidence {
  readonly verdict: Verdict;
}

/** Joins what every source says about the sets of one store and length. */
export function timelineOf(
  store: Store,
  resolution: Resolution,
  lives: readonly SetHistory[],
  { log, status, presence }: Evidence,
  rules: CoverageOptions,
): StoreTimeline {
  const length = lengthOf[resolution];
  const isOurs = (set: { start: number; end: number }) => set.end - set.start === length;
  const own = lives.filter((life) => life.store === store && isOurs(life));
  const listing = mergedStatus(
    (status ?? []).filter((s) => s.store === store && s.resolution === resolution),
  );
  const files = (listing?.files ?? []).filter(isOurs);
  const present = (presence ?? []).filter((set) => set.store === store && isOurs(set));
  const found = new Map<number, { -readonly [K in keyof SetEvidence]: SetEvidence[K] }>();
  const at = (start: number) => {
    const known = found.get(start) ?? { life: null, file: null, presence: null };
    found.set(start, known);
    return known;
  };
  for (const life of own) at(life.start).life = life;
  for (const file of files) at(file.start).file = file;
  for (const set of present) at(set.start).presence = set;
  const habits = typicalStepsOf(own);
  const sets = new Map<number, EvaluatedSet>();
  let oldest: number | null = null;
  for (const [start, evidence] of found) {
    const verdict = evaluateSet(evidence, habits, rules.now);
    sets.set(start, { ...evidence, verdict });
    const isKept = keptStates.has(verdict.state);
    if (isKept && (oldest === null || start < oldest)) oldest = start;
  }
  return {
    store,
    resolution,
    sets,
    phase: phaseOf([...sets.keys()], length),
    oldest,
    logHorizon: log ? horizonOf(log, store) : Number.POSITIVE_INFINITY,
    status: listing,
    oldestFile: files.reduce(
      (least, { start }) => (listing?.isListing ? Math.min(least, start) : least),
      Number.POSITIVE_INFINITY,
    ),
    habits,
  };
}

const keptStates: ReadonlySet<Verdict['state']> = new Set([
  'complete',
  'incomplete',
  'empty',
  'error',
]);

/** Several pipelines of one length, as one: servers nest them differently. */
function mergedStatus(parts: readonly StoreStatus[]): StoreStatus | null {
  const [first] = parts;
  if (!first) return null;
  const files = parts.flatMap(({ files: own }) => own);
  const coverage = parts.find((part) => part.coverage !== null)?.coverage ?? null;
  const isListing = files.length > 0 && parts.every((part) => part.isListing);
  return { ...first, coverage, files, isListing };
}

/** The most usual beginning within a length. */
function phaseOf(starts: readonly number[], length: number): number {
  const counts = new Map<number, number>();
  for (const start of starts) {
    const phase = ((start % length) + length) % length;
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? 0;
}

/**
 * A log that lists every save and load since the server started knows every set. One that was cut
 * at the old end, or does not log loads, knows those that ended after its first event.
 */
function horizonOf(log: SetHistories, store: Store): number {
  const span = log.tally.span(store);
  if (!span) return Number.POSITIVE_INFINITY;
  return isWhole(log, store) ? Number.NEGATIVE_INFINITY : span.first;
}

function isWhole(log: SetHistories, store: Store): boolean {
  const counted = new Set<string>();
  for (const [kind, count] of log.counters) {
    const step = stepOf(kind);
    if (storeOf(kind) !== store || (step !== 'Saved' && step !== 'Loaded')) continue;
    const listed = log.tally.kinds.find((k) => k.kind === kind && k.store === store)?.count ?? 0;
    if (listed < count) return false;
    if (count > 0) counted.add(step);
  }
  return counted.has('Loaded');
}

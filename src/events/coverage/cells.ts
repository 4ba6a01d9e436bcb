import type { Verdict } from './evaluate.ts';
import type { CoverageOptions } from './evidence.ts';
import { lengthOf, type Source, type State } from './state.ts';
import type { StoreTimeline } from './store-timeline.ts';

/** One set of the calendar. Times in milliseconds since 1970. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  readonly state: State;
  /** Rows; null where not known. */
  readonly size: number | null;
  readonly sources: readonly Source[];
  /** Why, where the state alone does not say it. */
  readonly detail: string;
}

/** So many cells at most, of a calendar nobody could read any more. */
const mostCells = 20_000;

/** How far back a calendar reaches that was asked for without a window, in milliseconds. */
const reach = { day: 400 * 86_400_000, hour: 14 * 86_400_000 } as const;

/** Every set there ought to be of this store and length, oldest first. */
export function cellsOf(track: StoreTimeline, rules: CoverageOptions): Cell[] {
  const length = lengthOf[track.resolution];
  const span = spanOf(track, rules);
  if (!span) return [];
  const cells: Cell[] = [];
  for (let start = span.start; start < span.end; start += length) {
    cells.push(cellAt(track, start, rules));
  }
  return cells;
}

function spanOf(
  track: StoreTimeline,
  rules: CoverageOptions,
): { start: number; end: number } | null {
  const { now, window } = rules;
  const length = lengthOf[track.resolution];
  const down = (time: number) => Math.floor((time - track.phase) / length) * length + track.phase;
  const end = Math.min(window?.end ?? now, now);
  const known = Math.min(track.oldest ?? end, expectedFrom(track, rules));
  const first = window
    ? track.resolution === 'day'
      ? window.start
      : Math.max(window.start, known)
    : Math.max(known, now - reach[track.resolution]);
  const start = Math.max(down(first), down(end) - (mostCells - 1) * length);
  return start < end ? { start, end } : null;
}

/** The start of the first set that `--expect-retention` asks for; infinite where it asks for none. */
function expectedFrom(
  { resolution, phase }: StoreTimeline,
  { now, retention }: CoverageOptions,
): number {
  const expected = retention[resolution];
  if (expected === null) return Number.POSITIVE_INFINITY;
  const length = lengthOf[resolution];
  return Math.floor((now - phase) / length) * length + phase + length - expected;
}

function cellAt(track: StoreTimeline, start: number, rules: CoverageOptions): Cell {
  const end = start + lengthOf[track.resolution];
  const set = track.sets.get(start);
  const judged = set && set.verdict.state !== 'absent' ? set.verdict : absent(track, start, end);
  const verdict = contradiction(track, start, set?.file != null, judged);
  const size = set?.life?.size ?? set?.presence?.rows ?? null;
  const state = aged(verdict, track, { start, end }, rules);
  const detail = end > rules.now && state !== 'error' ? 'it has not ended yet' : verdict.detail;
  return { start, end, state, size, sources: verdict.sources, detail };
}

/** A set that no source names: known to be missing, or not known at all. */
function absent(track: StoreTimeline, start: number, end: number): Verdict {
  const { isListing, coverage } = track.status ?? {};
  if (isListing) return { state: 'absent', detail: 'no file of it is listed', sources: ['status'] };
  if (coverage && coverage.start <= start && coverage.end >= end && end <= track.logHorizon) {
    return { state: 'unknown', detail: 'the server says that it covers it', sources: ['status'] };
  }
  if (end > track.logHorizon) {
    return { state: 'absent', detail: 'the log has no save of it', sources: ['log'] };
  }
  return { state: 'unknown', detail: '', sources: [] };
}

/** A set that was saved once, but is not among the files that a store lists now. */
function contradiction(
  track: StoreTimeline,
  start: number,
  hasFile: boolean,
  verdict: Verdict,
): Verdict {
  const isGood = verdict.state === 'complete' || verdict.state === 'incomplete';
  if (hasFile || !isGood || !(start > track.oldestFile)) return verdict;
  return {
    state: 'missing',
    detail: 'the log says that it was saved, but no file of it is listed',
    sources: [...verdict.sources, 'status'],
  };
}

/** The state of a set once its age, and what is kept at all, are taken into account. */
function aged(
  { state, sources }: Verdict,
  track: StoreTimeline,
  { start, end }: { start: number; end: number },
  rules: CoverageOptions,
): State {
  if (state === 'error') return 'error';
  if (end > rules.now) return 'unsettled';
  if (state === 'complete') return 'complete';
  if (end + rules.settle > rules.now) return 'unsettled';
  const isOlder = track.oldest === null || start < track.oldest;
  const isExpected = start >= expectedFrom(track, rules);
  const isGone = state === 'absent' || state === 'deleted';
  // the cost API answers nothing for any time before its first set
  const isSilence = state === 'missing' && sources.join() === 'presence';
  if (isOlder && !isExpected && (isGone || (isSilence && track.oldest !== null))) {
    return track.oldest === null ? 'unknown' : 'before-retention';
  }
  return isGone ? 'missing' : state;
}

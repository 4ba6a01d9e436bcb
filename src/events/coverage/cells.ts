import { day } from '../../time.ts';
import { expectedFrom, stateByAge } from './age-rules.ts';
import { evaluateSet, type Fact, type Verdict } from './evaluate.ts';
import type { CoverageOptions } from './evidence.ts';
import { clockText } from './facts.ts';
import { lengthOf, type State } from './state.ts';
import type { StoreTimeline } from './store-timeline.ts';

/** One set of the calendar. Times in milliseconds since 1970. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  readonly state: State;
  /** Rows; null where not known. */
  readonly size: number | null;
  readonly facts: readonly Fact[];
  /** Why it has its state. */
  readonly detail: string;
  /** State that the evidence gives, whatever the age. */
  readonly evidenceState: Verdict['state'];
}

/** Maximum number of cells: a longer calendar is not readable. */
const maxCells = 20_000;

/** How far back a calendar without a window reaches, in milliseconds. */
const reach = { day: 400 * day, hour: 14 * day } as const;

/**
 * Every set that should exist of this store and length, and every one that does, oldest first.
 *
 * @param firstData start of the oldest set of the store with data; infinite where none has any
 */
export function cellsOf(
  timeline: StoreTimeline,
  firstData: number,
  options: CoverageOptions,
): Cell[] {
  return slotsOf(timeline, options).map((start) => {
    const cell = cellAt(timeline, start, options);
    // a server writes empty sets for the days before it was installed
    const isBeforeData =
      cell.state === 'empty' && Number.isFinite(firstData) && cell.end <= firstData;
    return isBeforeData ? beforeData(cell) : cell;
  });
}

/**
 * Start of the oldest set with data, whatever the window; infinite where none has any. The cost API
 * is only requested for the window, so what is older than that is taken to have data.
 */
export function firstDataOf(timeline: StoreTimeline, options: CoverageOptions): number {
  if (timeline.presence.size > 0 && options.window) return Number.NEGATIVE_INFINITY;
  const context = { typical: timeline.typical, now: options.now };
  const first = timeline.starts.find((start) => {
    const { state } = evaluateSet(timeline.evidenceAt(start), context);
    return state === 'complete' || state === 'incomplete';
  });
  return first ?? Number.POSITIVE_INFINITY;
}

function beforeData(cell: Cell): Cell {
  return { ...cell, state: 'before-retention', detail: `${cell.detail}; no older set has data` };
}

/** Starts of the cells: the known sets, the slots between them, and the slots up to now. */
function slotsOf(timeline: StoreTimeline, options: CoverageOptions): number[] {
  const { resolution, starts, oldest } = timeline;
  const { now, window } = options;
  const length = lengthOf[resolution];
  const end = Math.min(window?.end ?? now, now);
  const known = Math.min(oldest ?? end, expectedFrom(timeline, options));
  const from = window
    ? resolution === 'day'
      ? window.start
      : Math.max(window.start, known)
    : Math.max(known, now - reach[resolution]);
  const isShown = (start: number) => start + length > from && start < end;
  const slots = starts.filter(isShown);
  const addSlots = (first: number, until: number) => {
    const skipped = Math.max(0, Math.ceil((from - first - length + 1) / length));
    for (let at = first + skipped * length; at < Math.min(until, end); at += length) slots.push(at);
  };
  for (const gap of timeline.gaps) addSlots(gap.start, gap.end);
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined) {
    addSlots(Math.floor(from / length) * length, end);
  } else {
    addSlots(last + length, end);
    const before = Math.ceil((first - from) / length);
    if (before > 0) addSlots(first - Math.min(before, maxCells) * length, first);
  }
  return [...new Set(slots)].sort((a, b) => a - b).slice(-maxCells);
}

function cellAt(timeline: StoreTimeline, start: number, options: CoverageOptions): Cell {
  const set = timeline.evidenceAt(start);
  const found = evaluateSet(set, { typical: timeline.typical, now: options.now });
  const verdict = found.state === 'absent' ? absent(timeline, start, found) : found;
  const state = stateByAge(verdict, { timeline, start }, options);
  const { end } = set;
  const detail =
    end > options.now && state !== 'error'
      ? `it ends ${clockText(end)}`
      : state === 'unsettled'
        ? [verdict.detail, `it may change until ${clockText(end + options.settle)}`]
            .filter(Boolean)
            .join('; ')
        : verdict.detail;
  const size = set.history?.size ?? set.presence?.rows ?? null;
  return { start, end, state, size, facts: verdict.facts, detail, evidenceState: verdict.state };
}

/** A set that no source names, or that was deleted: known to be missing, or not known at all. */
function absent(timeline: StoreTimeline, start: number, found: Verdict): Verdict {
  const { directories, pipelines, logHorizon } = timeline;
  const end = start + lengthOf[timeline.resolution];
  if (found.detail) return found;
  const isListing = directories.length > 0 && directories.every((one) => one.isListing);
  if (isListing) return reported('absent', 'status', 'no file of it is listed');
  if (end > logHorizon) return reported('absent', 'log', 'the log has no save of it');
  const isCovered = pipelines.some(
    ({ coverage }) => coverage && coverage.start <= start && coverage.end >= end,
  );
  return isCovered
    ? reported('unknown', 'status', 'the server reports that it covers it')
    : { state: 'unknown', detail: '', facts: [] };
}

function reported(state: Verdict['state'], source: Fact['source'], fact: string): Verdict {
  return { state, detail: fact, facts: [{ source, fact }] };
}

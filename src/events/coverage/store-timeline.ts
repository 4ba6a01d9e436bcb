import type { Store } from '../kinds.ts';
import { stepOf, storeOf } from '../kinds.ts';
import type { SetHistories } from '../set-histories.ts';
import type { SetHistory } from '../set-history.ts';
import type {
  CoverageOptions,
  Evidence,
  PipelineStatus,
  Presence,
  StoreDirectory,
} from './evidence.ts';
import { type Gap, gapsOf, leftoversOf } from './grid.ts';
import type { SetEvidence } from './set-evidence.ts';
import { lengthOf, type Resolution } from './state.ts';
import type { StoreFile } from './store-files.ts';
import { presentSince, type TypicalSteps, typicalStepsOf } from './typical-steps.ts';

/** The sets of one store and length, with what the sources report. Times in milliseconds since 1970. */
export interface StoreTimeline {
  readonly store: Store;
  readonly resolution: Resolution;
  /** Starts of the sets that a source names, ascending. */
  readonly starts: readonly number[];
  readonly gaps: readonly Gap[];
  /** Start of the newest set that exists in any source; null where none does. */
  readonly newest: number | null;
  /** Number of sets at the old end that are leftovers. */
  readonly leftovers: number;
  /** Start of the oldest set that is kept, leftovers aside; null where none is known. */
  readonly oldest: number | null;
  /** A set that ended later than this would be in the log; infinite where nothing is known. */
  readonly logHorizon: number;
  readonly histories: ReadonlyMap<number, SetHistory>;
  readonly directories: readonly StoreDirectory[];
  /** Directories whose newest set is long ago; their gaps do not count. */
  readonly abandoned: readonly StoreDirectory[];
  /** Other directories with more gaps than files, such as backups; they do not count either. */
  readonly sparse: readonly StoreDirectory[];
  readonly pipelines: readonly PipelineStatus[];
  readonly presence: ReadonlyMap<number, Presence>;
  readonly typical: TypicalSteps;
  /** Evidence of the set that starts then, known or not. */
  readonly evidenceAt: (start: number) => SetEvidence;
}

/** A directory whose newest set is so many slots older than the store's is no longer written. */
const maxDirectoryLag = 30;

/** Joins what every source reports about the sets of one store and length. */
export function timelineOf(
  { store, resolution }: { readonly store: Store; readonly resolution: Resolution },
  evidence: Evidence,
  { now }: CoverageOptions,
): StoreTimeline {
  const length = lengthOf[resolution];
  const histories = historiesOf(evidence.log, { store, length });
  const presence = new Map(
    withoutLeftovers(
      (evidence.presence ?? []).filter(
        (set) => set.store === store && set.end - set.start === length,
      ),
    ).map((set) => [set.start, set]),
  );
  const directories = (evidence.status?.directories ?? []).filter(
    (directory) => directory.store === store && directory.resolution === resolution,
  );
  const pipelines = (evidence.status?.pipelines ?? []).filter(
    (pipeline) => pipeline.store === store && (pipeline.resolution ?? resolution) === resolution,
  );
  const listed = directories.map(({ files }) => files.starts());
  const named = new Set(listed.flat());
  for (const [start, history] of histories) if (isKept(history)) named.add(start);
  for (const [start, { rows }] of presence) if (rows) named.add(start);
  const starts = Float64Array.from(named).sort();
  const gaps = gapsOf(Array.from(starts), length);
  const leftovers = leftoversOf(gaps);
  const newest = starts.at(-1) ?? null;
  const abandoned = directories.filter(
    (_, i) => ((newest ?? 0) - (listed[i]?.at(-1) ?? Infinity)) / length > maxDirectoryLag,
  );
  const current = directories.filter((directory) => !abandoned.includes(directory));
  const sparse = current.length > 1 ? current.filter((one) => isSparse(one, length)) : [];
  const compared = current.filter((directory) => !sparse.includes(directory));
  const missing = compared.length > 1 ? missingInDirectories(compared, { length, now }) : new Map();
  const overlaps = overlapsOf(starts, length);
  const firstData = [...presence.values()].reduce(
    (least, set) => (set.dataRows > 0 ? Math.min(least, set.start) : least),
    Number.POSITIVE_INFINITY,
  );
  const oldestListed = Math.min(
    ...directories.map(({ isListing }, i) =>
      isListing ? (listed[i]?.[0] ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
    ),
  );
  return {
    store,
    resolution,
    starts: [...new Set([...starts, ...missing.keys()])].sort((a, b) => a - b),
    gaps,
    newest,
    leftovers,
    oldest: starts[leftovers] ?? null,
    logHorizon: evidence.log ? horizonOf(evidence.log, store) : Number.POSITIVE_INFINITY,
    histories,
    directories,
    abandoned,
    sparse,
    pipelines,
    presence,
    typical: typicalStepsOf([...histories.values()]),
    evidenceAt: (start) => ({
      start,
      end: start + length,
      due: overlaps.get(start) ?? start + length,
      history: histories.get(start) ?? null,
      files: directories.flatMap(({ files }): StoreFile[] => {
        const file = files.at(start);
        return file ? [file] : [];
      }),
      missingFrom: missing.get(start) ?? [],
      isListed: start > oldestListed && directories.every(({ isListing }) => isListing),
      presence: withoutLateStart(presence.get(start) ?? null, firstData),
    }),
  };
}

/** Start of the next set by the start of the one that it overlaps, as after a change of `utcOffset`. */
function overlapsOf(starts: Float64Array, length: number): Map<number, number> {
  const overlaps = new Map<number, number>();
  for (let i = 1; i < starts.length; i++) {
    const [start = 0, next = 0] = [starts[i - 1], starts[i]];
    if (next < start + length) overlaps.set(start, next);
  }
  return overlaps;
}

/** Share of the typical hours below which rows without cost are left over from an earlier day. */
const maxLeftoverShare = 0.1;

/**
 * Sets whose rows cost nothing and used next to nothing, while other sets have costs, have no data:
 * aggregated, the rows that a stopped Prometheus leaves do not show that they are minutes long.
 */
function withoutLeftovers(sets: readonly Presence[]): Presence[] {
  const maxCost = Math.max(...sets.map(({ cost }) => cost));
  const maxHours = Math.max(...sets.map(({ cpuHours }) => cpuHours));
  return sets.map((set) => {
    const isLeftover = set.cost === 0 && maxCost > 0 && set.cpuHours < maxLeftoverShare * maxHours;
    return isLeftover ? { ...set, dataRows: 0 } : set;
  });
}

/** The day of the first data starts late for a good reason: nothing was recorded before. */
function withoutLateStart(presence: Presence | null, firstData: number): Presence | null {
  return presence && presence.start <= firstData ? { ...presence, from: null } : presence;
}

function historiesOf(
  log: SetHistories | null,
  { store, length }: { readonly store: Store; readonly length: number },
): Map<number, SetHistory> {
  const found = new Map<number, SetHistory>();
  for (const history of log ?? []) {
    if (history.store !== store || history.end - history.start !== length) continue;
    found.set(history.start, history);
  }
  return found;
}

/** Whether the log shows that the store has the set, or tried to compute it. */
function isKept(history: SetHistory): boolean {
  const since = Math.max(presentSince(history), history.last('ComputeError'));
  return since > history.last('DeletedEvent');
}

function isSparse({ files }: StoreDirectory, length: number): boolean {
  const slots = gapsOf(files.starts(), length).reduce((sum, gap) => sum + gap.slots, 0);
  return slots > files.length;
}

/** Sets that one directory has no file of, by start: gaps in it, and what is newer than its last. */
function missingInDirectories(
  directories: readonly StoreDirectory[],
  { length, now }: { readonly length: number; readonly now: number },
): Map<number, string[]> {
  const missing = new Map<number, string[]>();
  for (const { files, isListing } of directories) {
    const starts = files.starts();
    if (!isListing) continue;
    const last = (starts.at(-1) ?? now) + length;
    for (const { start, end } of [...gapsOf(starts, length), { start: last, end: now }]) {
      for (let at = start; at < end; at += length) {
        missing.set(at, [...(missing.get(at) ?? []), files.directory]);
      }
    }
  }
  return missing;
}

/**
 * A log that lists every save and load since the server started names every set. One that was cut
 * at the old end, or has no loads, names those that ended after its first event.
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

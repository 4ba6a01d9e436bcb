import { day, hour, minute } from '../../time.ts';
import type { Store } from '../kinds.ts';
import type { SetHistories } from '../set-histories.ts';
import type { CoverageOptions, Evidence, PipelineStatus } from './evidence.ts';
import { lengthOf, type Resolution } from './state.ts';
import type { StoreTimeline } from './store-timeline.ts';

/** What the time of the newest activity is. */
export const freshnessBases = ['saved', 'loaded', 'run', 'file', 'data'] as const;
export type FreshnessBasis = (typeof freshnessBases)[number];

/** How recently the sets of one store and length were written. Times and durations in milliseconds. */
export interface Staleness {
  readonly store: Store;
  readonly resolution: Resolution;
  /** null: no source reports it. */
  readonly basis: FreshnessBasis | null;
  /** Time of the newest activity, which `basis` names. */
  readonly last: number | null;
  readonly age: number | null;
  /** Usual time from one save to the next; null where the log does not show it. */
  readonly cadence: number | null;
  /** Progress of the pipeline, 0 to 1; null where not reported. */
  readonly progress: number | null;
  readonly stale: boolean;
  /** Since when: the end of the newest set where there is no save, else the newest activity. */
  readonly staleSince: number | null;
}

/** A save that is late by so many cadences is overdue. */
const maxMissed = 3;
/** Shortest delay that counts. */
const minDelay = 2 * hour;
/** Gaps between saves that the cadence is computed from. */
const [maxGaps, minGaps] = [24, 3] as const;
/** Behind Thanos the last three hours are empty (docs/kubecost-api.md), so nothing younger is late. */
export const allowedDelay = 5 * hour;

interface Activity {
  readonly basis: FreshnessBasis;
  readonly last: number;
  /** Age from which it is stale. */
  readonly allowed: number;
}

/**
 * Freshness of a store and length. The log's saves win over the time of the last run, which also
 * counts runs that saved nothing; these over the times of files, which copies change; and these
 * over the end of the data.
 */
export function stalenessOf(
  timeline: StoreTimeline,
  evidence: Evidence,
  options: CoverageOptions,
): Staleness {
  const { store, resolution } = timeline;
  const cadence = evidence.log ? cadenceOf(evidence.log, store, resolution) : null;
  const activity =
    saves(timeline, cadence) ??
    runs(timeline.pipelines) ??
    loads(timeline) ??
    files(timeline, options) ??
    data(timeline, options);
  const isOld = activity !== null && options.now - activity.last > activity.allowed;
  const isBehindNow =
    activity !== null && activity.basis !== 'saved' && isBehind(timeline, options);
  const newestEnd = timeline.newest === null ? null : timeline.newest + lengthOf[resolution];
  const age = activity ? Math.max(0, options.now - activity.last) : null;
  const progress = timeline.pipelines.reduce<number | null>(
    (least, pipeline) =>
      pipeline.progress === null ? least : Math.min(least ?? 1, pipeline.progress),
    null,
  );
  return {
    store,
    resolution,
    basis: activity?.basis ?? null,
    last: activity?.last ?? null,
    age,
    cadence,
    progress,
    // a pipeline that does not run is stale also where nothing names its sets
    stale: (timeline.oldest !== null || activity?.basis === 'run') && (isOld || isBehindNow),
    staleSince: isBehindNow && newestEnd !== null ? newestEnd : (activity?.last ?? null),
  };
}

function saves({ histories, resolution }: StoreTimeline, cadence: number | null): Activity | null {
  let last = Number.NEGATIVE_INFINITY;
  for (const history of histories.values()) last = Math.max(last, history.last('Saved'));
  const allowed = Math.max(maxMissed * (cadence ?? lengthOf[resolution]), minDelay);
  return Number.isFinite(last) ? { basis: 'saved', last, allowed } : null;
}

function runs(pipelines: readonly PipelineStatus[]): Activity | null {
  const newest = pipelines.reduce<PipelineStatus | null>(
    (best, one) => (one.lastRun !== null && one.lastRun > (best?.lastRun ?? 0) ? one : best),
    null,
  );
  if (newest?.lastRun == null) return null;
  const allowed = Math.max(maxMissed * (newest.refreshRate ?? hour), minDelay);
  return { basis: 'run', last: newest.lastRun, allowed };
}

/** Sets that were only loaded: the server has been up since, and saved nothing. */
function loads({ histories, resolution }: StoreTimeline): Activity | null {
  let last = Number.NEGATIVE_INFINITY;
  for (const history of histories.values()) last = Math.max(last, history.last('Loaded'));
  const allowed = lengthOf[resolution] + minDelay;
  return Number.isFinite(last) ? { basis: 'loaded', last, allowed } : null;
}

function files(timeline: StoreTimeline, { now }: CoverageOptions): Activity | null {
  const { newest } = timeline;
  if (newest === null) return null;
  const modified = timeline.directories.flatMap(({ files: list }) => {
    const time = list.at(newest)?.modified ?? null;
    return time !== null && time <= now + day ? [time] : [];
  });
  if (modified.length === 0) return null;
  const allowed = lengthOf[timeline.resolution] + minDelay;
  return { basis: 'file', last: Math.max(...modified), allowed };
}

/** A server that restarts again and again loads its old sets each time and saves no new ones. */
function isBehind(
  { newest, resolution }: StoreTimeline,
  { now, settle }: CoverageOptions,
): boolean {
  const length = lengthOf[resolution];
  return newest !== null && now - (newest + length) > Math.max(length, settle) + minDelay;
}

/** Without log and status, how far the rows reach. A day that has just begun may have none. */
function data(
  { resolution, presence }: StoreTimeline,
  { now, settle }: CoverageOptions,
): Activity | null {
  let last: number | null = null;
  let isWholeSet = false;
  for (const [start, { dataRows, until }] of presence) {
    if (dataRows === 0 || until === null) continue;
    const reached = Math.min(until, now);
    if (last !== null && reached < last) continue;
    last = reached;
    isWholeSet = reached >= start + lengthOf[resolution];
  }
  if (last === null) return null;
  const allowed = isWholeSet ? Math.max(settle, allowedDelay) : allowedDelay;
  return { basis: 'data', last, allowed };
}

/** The 90th percentile of the last gaps between saves; null where there are too few. */
function cadenceOf(log: SetHistories, store: Store, resolution: Resolution): number | null {
  const minutes = log.tally.saves(store, lengthOf[resolution] / minute).sorted();
  const gaps = minutes
    .map(([at], i) => at - (minutes[i - 1]?.[0] ?? at))
    .slice(1)
    .slice(-maxGaps)
    .sort((a, b) => a - b);
  const typical = gaps[Math.ceil(0.9 * gaps.length) - 1];
  return gaps.length < minGaps || typical === undefined ? null : typical * minute;
}

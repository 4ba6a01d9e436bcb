import { hour } from '../../time.ts';
import type { SetHistories } from '../set-histories.ts';
import type { CoverageOptions, Evidence } from './evidence.ts';
import { lengthOf } from './state.ts';
import type { StoreTimeline } from './store-timeline.ts';

/** Saves of daily sets over this long, and none of an hour, show that hourly sets are switched off. */
const minDailySaves = 6 * hour;

/**
 * Whether the server keeps sets of this length: at least one exists, a gauge counts some, or
 * `--expect-retention` asks for them. Old hourly files can outlast a switch; then daily sets are saved and hourly ones are not even
 * tried.
 */
export function isStoreOn(
  timeline: StoreTimeline,
  { log, metrics }: Evidence,
  { retention }: CoverageOptions,
): boolean {
  if (retention[timeline.resolution] !== null) return true;
  const { store, resolution } = timeline;
  const isCounted = metrics?.gauges.some(
    (gauge) => gauge.store === store && gauge.resolution === resolution && gauge.count > 0,
  );
  if (timeline.oldest === null) return isCounted === true;
  if (!log || resolution === 'day') return true;
  const isTried = [...timeline.histories.values()].some(
    (history) => history.count('Saved') > 0 || history.count('ComputeError') > 0,
  );
  return isTried || !hasDailySaves(log, timeline);
}

function hasDailySaves(log: SetHistories, { store }: StoreTimeline): boolean {
  const first = log.tally.span(store)?.first ?? Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const history of log) {
    const isDaily = history.end - history.start === lengthOf.day;
    if (history.store === store && isDaily) last = Math.max(last, history.last('Saved'));
  }
  return last - first >= minDailySaves;
}

import type { Store } from '../kinds.ts';
import type { SetHistories } from '../set-histories.ts';
import type { CoverageOptions, Evidence } from './evidence.ts';
import { lengthOf, type Resolution } from './state.ts';
import type { StoreTimeline } from './store-timeline.ts';

/** How fresh the sets of one store and length are. Times and durations in milliseconds. */
export interface Staleness {
  readonly store: Store;
  readonly resolution: Resolution;
  /** When a set was last saved; without a log, until when there are data. Null where not known. */
  readonly lastSave: number | null;
  readonly age: number | null;
  /** How long it usually takes from one save to the next; null where the log does not show it. */
  readonly cadence: number | null;
  readonly stale: boolean;
}

const hour = 3_600_000;
const minute = 60_000;
/** A save that is late by so many cadences is missed. */
const patience = 3;
/** Less than this, in milliseconds, is no delay worth a word. */
const shortest = 2 * hour;
/** Of the cadence, so many of the last gaps between saves are looked at, and at least so many needed. */
const [mostGaps, fewestGaps] = [24, 3] as const;

export function stalenessOf(
  track: StoreTimeline,
  evidence: Evidence,
  rules: CoverageOptions,
): Staleness {
  const { store, resolution } = track;
  const found = evidence.log ? byLog(track, evidence.log) : byPresence(track, rules);
  const age = found.lastSave === null ? null : Math.max(0, rules.now - found.lastSave);
  return {
    store,
    resolution,
    lastSave: found.lastSave,
    age,
    cadence: found.cadence,
    stale: age !== null && age > found.allowed,
  };
}

interface Found {
  readonly lastSave: number | null;
  readonly cadence: number | null;
  readonly allowed: number;
}

/** A server that has saved nothing yet is judged by when it loaded its sets. */
function byLog({ store, resolution, sets }: StoreTimeline, log: SetHistories): Found {
  let [lastSave, lastLoad] = [never, never];
  for (const { life } of sets.values()) {
    lastSave = Math.max(lastSave, life?.last('Saved') ?? never);
    lastLoad = Math.max(lastLoad, life?.last('Loaded') ?? never);
  }
  const cadence = cadenceOf(log, store, resolution);
  const allowed = Math.max(patience * (cadence ?? lengthOf[resolution]), shortest);
  const last = lastSave > never ? lastSave : lastLoad;
  return { lastSave: last > never ? last : null, cadence, allowed };
}

const never = Number.NEGATIVE_INFINITY;

/** The 90th percentile of the last gaps between saves; null where there are too few. */
function cadenceOf(log: SetHistories, store: Store, resolution: Resolution): number | null {
  const minutes = log.tally.saves(store, lengthOf[resolution] / minute).sorted();
  const gaps = minutes
    .map(([at], i) => at - (minutes[i - 1]?.[0] ?? at))
    .slice(1)
    .slice(-mostGaps)
    .sort((a, b) => a - b);
  const typical = gaps[Math.ceil(0.9 * gaps.length) - 1];
  return gaps.length < fewestGaps || typical === undefined ? null : typical * minute;
}

/** Behind Thanos the last three hours are empty (docs/kubecost-api.md), so nothing younger is late. */
const allowedWithoutLog = 5 * hour;

/** Without a log, how far the rows reach; a day without rows that has just begun says nothing. */
function byPresence({ resolution, sets }: StoreTimeline, { now, settle }: CoverageOptions): Found {
  let until: number | null = null;
  let isWholeSet = false;
  for (const [start, { presence }] of sets) {
    if (!presence?.rows || presence.until === null || presence.until > now) continue;
    if (until !== null && presence.until < until) continue;
    until = presence.until;
    isWholeSet = until >= start + lengthOf[resolution];
  }
  const allowed = isWholeSet ? Math.max(settle, allowedWithoutLog) : allowedWithoutLog;
  return { lastSave: until, cadence: null, allowed };
}

import { day, hour } from '../time.ts';
import type { ClusterDays } from './evidence.ts';

/** Hours of workloads, as a share of what is usual for the cluster, from which on a day has data. */
const minShareOfHours = 0.1;

/** Time without data from which on a cluster is silent; shorter gaps are late uploads and restarts. */
export const silence = 48 * hour;

/** What a cluster has on its days; starts of days in milliseconds since 1970. */
export interface Presence {
  /** Days with workloads. */
  readonly data: ReadonlySet<number>;
  /** Days with costs and without workloads: volumes and load balancers. */
  readonly remains: ReadonlySet<number>;
}

/**
 * The days on which a cluster has data. A day has data where its workloads ran for a tenth of the usual
 * hours: a stopped Prometheus leaves rows of a few minutes, a stopped agent volumes without workloads. What
 * the workloads cost does not matter: prices can be 0.
 */
export function presenceOf(days: ClusterDays): Presence {
  const usual = median([...days.values()].map(({ hours }) => hours).filter((hours) => hours > 0));
  const isData = (hours: number) => hours > 0 && hours >= minShareOfHours * usual;
  const starts = (wanted: (cost: number, hours: number) => boolean) =>
    new Set([...days].filter(([, { cost, hours }]) => wanted(cost, hours)).map(([start]) => start));
  return {
    data: starts((_, hours) => isData(hours)),
    remains: starts((cost, hours) => cost !== 0 && !isData(hours)),
  };
}

/** The newest day with bill adjustments; null where no day has any. */
export function newestAdjusted(days: ClusterDays): number | null {
  const adjusted = [...days].filter(([, { isAdjusted }]) => isAdjusted).map(([start]) => start);
  return adjusted.length > 0 ? Math.max(...adjusted) : null;
}

/** Whether the last data of a cluster ended so long ago that it is not only late. */
export function isSilentSince(lastDay: number, now: number): boolean {
  return now - (lastDay + day) >= silence;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

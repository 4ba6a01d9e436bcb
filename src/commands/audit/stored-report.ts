import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import { type Trend, trendOf } from '../../diagnosis/trend.ts';
import { diagnoseDays, spanOf } from '../../store/diagnose-days.ts';
import type { StoredDay } from '../../store/schema.ts';
import { overlaps, type Span } from '../../time.ts';

/** The audits of some stored days, and what is stored of their findings before. */
export interface StoredReport extends Diagnosis {
  /** Ids of the clusters that have costs. */
  readonly clusters: string[];
  readonly trend: Trend;
}

/**
 * The audits of some windows, diagnosed with all days that are known of the same server and options.
 *
 * @param windows in order of time
 * @param now milliseconds since 1970
 */
export function storedReport(
  known: readonly StoredDay[],
  windows: readonly Span[],
  now: number,
): StoredReport {
  const window = { start: windows[0]?.start ?? 0, end: windows.at(-1)?.end ?? 0 };
  const starts = new Set(windows.map(({ start }) => start));
  const days = known
    .filter((day) => !overlaps(window, spanOf(day)) || starts.has(spanOf(day).start))
    .sort((a, b) => (a.window.start < b.window.start ? -1 : 1));
  const { audits, findings, whole } = diagnoseDays(days, {
    now,
    window,
  });
  const inside = days.filter((day) => {
    const span = spanOf(day);
    return span.start >= window.start && span.end <= window.end;
  });
  return { audits, findings, clusters: clustersOf(inside), trend: trendOf(whole) };
}

/** Ids of the clusters that have costs on these days. */
export function clustersOf(days: readonly StoredDay[]): string[] {
  return [
    ...new Set(days.flatMap(({ clusters }) => clusters.map(({ cluster }) => cluster))),
  ].sort();
}

import type { AuditReport } from '../../diagnosis/report.ts';
import { plural, windowText } from '../format.ts';

/**
 * Product, clusters and date range: `Kubecost 2.4.3, 3 clusters, 2026-11-21 to 2026-11-24 (UTC)`.
 *
 * @param full adds the address and the engine
 */
export function serverText(
  { product, clusters, server, engine, audits }: AuditReport,
  full: boolean,
): string {
  const named = product ?? server ?? 'a saved report';
  return [
    named,
    ...(full && product && server !== null ? [server] : []),
    ...(full ? [`${engine} engine`] : []),
    ...(clusters === undefined ? [] : [plural(clusters.length, 'cluster')]),
    ...(audits.length > 0 ? [`${rangeText(audits.map(({ window }) => window))} (UTC)`] : []),
  ].join(', ');
}

/** First to last window: `2026-11-21 to 2026-11-24`; windows of a day name their days. */
export function rangeText(windows: readonly { start: string; end: string }[]): string {
  const sorted = [...windows].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  const [first] = sorted;
  const last = sorted.at(-1);
  if (!first || !last) return '';
  const [from, to] = [windowText(first), windowText(last)];
  if (from === to) return from;
  const areDays = from.length === 10 && to.length === 10;
  return areDays ? `${from} to ${to}` : windowText({ start: first.start, end: last.end });
}

import { settledSpan } from '../audits/local/settling.ts';
import type { ClusterDay, ServerEvidence, UnreadDays } from '../fleet/evidence.ts';
import { day, hour, type Span } from '../time.ts';
import { spanOf } from './diagnose-days.ts';
import type { StoredReconciliation } from './reconciliation.ts';
import type { StoredDay } from './schema.ts';

/** Which of the stored days count. */
export interface EvidenceOptions {
  /** As reports name the server. */
  readonly server: string;
  /** The days that should be stored; null: those that are. */
  readonly window: Span | null;
  /** Days whose file is damaged, by their starts, and what is wrong with it. */
  readonly damaged: ReadonlyMap<number, string>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The clusters of one server on its stored days. A day of the window that is not stored, or of which the
 * audits did not read the clusters, is unread.
 *
 * @param days of one server that were evaluated with the same options, oldest first; at least one
 * @param reconciled the stored reconciliations of the same server
 */
export function fleetEvidence(
  days: readonly StoredDay[],
  reconciled: readonly StoredReconciliation[],
  { server, window, damaged, now }: EvidenceOptions,
): ServerEvidence {
  const newest = days.at(-1)?.server;
  const product = newest?.product ?? null;
  const stored = new Set(days.map((one) => startOf(spanOf(one))));
  const wanted = window === null ? sorted([...stored, ...damaged.keys()]) : startsIn(window);
  const settledEnd = settledSpan(1, product ?? 'kubecost', now).span.end;
  const absent = wanted.filter((at) => !stored.has(at));
  return {
    server,
    product,
    version: newest?.version ?? null,
    days: wanted.filter((at) => at + day <= settledEnd),
    requested: sorted([...stored, ...wanted]),
    unread: [
      ...absent.map((at) => unread(at, damaged.get(at) ?? 'the AuditStore does not hold the day')),
      ...days.flatMap((one) => unreadDay(one)),
    ],
    clusters: clustersOf(days, adjustedDays(reconciled)),
  };
}

function unreadDay(stored: StoredDay): UnreadDays[] {
  const [reason] = stored.presence.unknown;
  return reason === undefined ? [] : [unread(startOf(spanOf(stored)), reason)];
}

function clustersOf(
  days: readonly StoredDay[],
  adjusted: ReadonlySet<string>,
): Map<string, Map<number, ClusterDay>> {
  const clusters = new Map<string, Map<number, ClusterDay>>();
  for (const stored of days) {
    const span = spanOf(stored);
    const at = startOf(span);
    for (const one of stored.presence.clusters) {
      const own = clusters.get(one.cluster) ?? new Map<number, ClusterDay>();
      const known = own.get(at); // an hour before
      own.set(at, {
        cost: one.allocations + (known?.cost ?? 0) || one.assets,
        hours: hoursOf(one, span) + (known?.hours ?? 0),
        isAdjusted: adjusted.has(keyOf(at, one.cluster)),
      });
      clusters.set(one.cluster, own);
    }
  }
  addDayAfter(days, clusters);
  return clusters;
}

/** What is known of the day after the newest stored one: whether its clusters report again after a gap. */
function addDayAfter(
  days: readonly StoredDay[],
  clusters: ReadonlyMap<string, Map<number, ClusterDay>>,
): void {
  const newest = days.at(-1);
  if (newest?.options.step !== '1d') return;
  const at = startOf(spanOf(newest)) + day;
  for (const cluster of newest.presence.neighbours.wholeAfter ?? []) {
    clusters.get(cluster)?.set(at, { cost: Number.NaN, hours: day / hour, isAdjusted: false });
  }
}

/** Hours in which a cluster was recorded; all of them where only its workloads are known. */
function hoursOf(
  { workloads, recorded }: StoredDay['presence']['clusters'][number],
  { start, end }: Span,
): number {
  if (workloads === 0) return 0;
  const from = recorded ?? { start, end };
  return (from.end - from.start) / hour;
}

/** Days and clusters with a bill; a day of which one provider has none is not reconciled. */
function adjustedDays(reconciled: readonly StoredReconciliation[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { days } of reconciled) {
    for (const { window, cluster, state } of days) {
      if (state === 'reconciled') keys.add(keyOf(Date.parse(window.start), cluster));
    }
  }
  return keys;
}

function keyOf(start: number, cluster: string): string {
  return `${start} ${cluster}`;
}

/** Each once, oldest first. */
function sorted(starts: readonly number[]): number[] {
  return [...new Set(starts)].sort((a, b) => a - b);
}

function unread(start: number, reason: string): UnreadDays {
  return { span: { start, end: start + day }, reason };
}

function startsIn({ start, end }: Span): number[] {
  const starts: number[] = [];
  for (let at = startOf({ start, end }); at < end; at += day) starts.push(at);
  return starts;
}

function startOf({ start }: Span): number {
  return Math.floor(start / day) * day;
}

import { day, minute, type Span } from '../../time.ts';
import type { AuditInput } from './audit-input.ts';
import { isOfWindow } from './node-price.ts';

/** From when to when something was recorded, and what it weighs among others: its cost per hour. */
interface RecordedObject extends Span {
  readonly weight: number;
}

/** Rows that begin or end within this of the window's ends are whole. */
const toleratedGap = 15 * minute;
/** Records that end within two samples of each other end at the same time. */
const simultaneous = 10 * minute;
/** The part of the running cost that has to end for the records of a cluster to end. */
const minShare = 0.8;

/**
 * From when to when each cluster was recorded: a part of the window where its nodes begin late or end early,
 * most of them at the same time, and the workloads on them do so too. Clusters without either are absent.
 */
export function recordedSpans(input: AuditInput, span: Span): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  if (span.end - span.start < day) return spans;
  const nodes = recordedNodes(input);
  const uses = recordedUses(input);
  for (const [cluster, recorded] of nodes) {
    const used = uses.get(cluster);
    if (used) spans.set(cluster, recordedSpan(recorded, used, span));
  }
  return spans;
}

/**
 * From when to when each cluster had workloads: a part of the window where those of all its nodes, of which
 * there are at least two, end or begin at the same time. Clusters without nodes or workloads are absent.
 */
export function usedSpans(input: AuditInput, span: Span): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  if (span.end - span.start < day) return spans;
  const nodes = recordedNodes(input);
  for (const [cluster, uses] of recordedUses(input)) {
    if (!nodes.has(cluster)) continue;
    const end = commonTime(uses.map((use) => use.end));
    const start = -commonTime(uses.map((use) => -use.start));
    spans.set(cluster, {
      start: start > span.start + toleratedGap ? start : span.start,
      end: end < span.end - toleratedGap ? end : span.end,
    });
  }
  return spans;
}

/** The latest of some times if another one is the same within two samples; else infinity. */
function commonTime(times: readonly number[]): number {
  const last = Math.max(...times);
  const together = times.filter((time) => time >= last - simultaneous);
  return together.length < 2 ? Number.POSITIVE_INFINITY : last;
}

/** Whether a cluster was recorded for a part of a window only. */
export function isPartial(recorded: Span, span: Span): boolean {
  return recorded.start > span.start || recorded.end < span.end;
}

function recordedSpan(
  nodes: readonly RecordedObject[],
  uses: readonly RecordedObject[],
  span: Span,
): Span {
  const end = sameTime(commonEnd(nodes, span), commonEnd(uses, span));
  const reversed = ({ start, end }: Span): Span => ({ start: -end, end: -start });
  const mirrored = (records: readonly RecordedObject[]) =>
    records.map(({ weight, ...own }) => ({ ...reversed(own), weight }));
  const start = sameTime(
    commonEnd(mirrored(nodes), reversed(span)),
    commonEnd(mirrored(uses), reversed(span)),
  );
  return { start: start === null ? span.start : -start, end: end ?? span.end };
}

/** The later of two times if they are the same within the tolerance; null where they are not. */
function sameTime(a: number | null, b: number | null): number | null {
  if (a === null || b === null || Math.abs(a - b) > toleratedGap) return null;
  return Math.max(a, b);
}

/**
 * When the records of a cluster end before the window does: all of them, or several at once that cost most
 * of it. Null where they do not: single nodes come and go.
 */
function commonEnd(records: readonly RecordedObject[], span: Span): number | null {
  const isWhole = ({ end }: Span) => end > span.end - toleratedGap;
  const ended = records.filter((record) => !isWhole(record));
  const last = Math.max(...ended.map(({ end }) => end));
  if (!Number.isFinite(last)) return null;
  const together = ended.filter(({ end }) => end >= last - simultaneous);
  const left = records.filter(isWhole);
  if (left.length > 0 && together.length < 2) return null;
  const [lost, kept] = [weightOf(together), weightOf(left)];
  const isFree = lost + kept === 0;
  const share = isFree ? together.length / (together.length + left.length) : lost / (lost + kept);
  return share >= minShare ? last : null;
}

/** The sum of the weights that are known. */
function weightOf(records: readonly RecordedObject[]): number {
  const known = records.map(({ weight }) => weight).filter(Number.isFinite);
  return known.reduce((sum, weight) => sum + Math.max(weight, 0), 0);
}

/** The nodes of each cluster, as the assets have them; hourly sets have several records of one. */
function recordedNodes({ assets }: AuditInput): Map<string, RecordedObject[]> {
  const clusters = new Map<string, RecordedObject[]>();
  for (const records of assets.nodes.values()) {
    const live = records.filter(isOfWindow);
    const cluster = live[0]?.cluster ?? '';
    const start = Math.min(...live.map((record) => record.start));
    const end = Math.max(...live.map((record) => record.end));
    if (cluster === '' || !(start < end)) continue;
    const cost = live.reduce((sum, { total }) => sum + total.value, 0);
    add(clusters, cluster, { start, end, weight: cost / (end - start) });
  }
  return clusters;
}

/** The nodes of each cluster, as its workloads name them. */
function recordedUses({ allocations }: AuditInput): Map<string, RecordedObject[]> {
  const clusters = new Map<string, RecordedObject[]>();
  for (const [cluster, node] of allocations.nodes()) {
    const lifetime = allocations.lifetime(`${cluster}/${node}`);
    const use = allocations.node(`${cluster}/${node}`);
    if (cluster === '' || !lifetime || !use || !(lifetime.start < lifetime.end)) continue;
    const cost = use.CPU.cost.value + use.GPU.cost.value + use.RAM.cost.value;
    add(clusters, cluster, { ...lifetime, weight: cost / (lifetime.end - lifetime.start) });
  }
  return clusters;
}

function add(
  clusters: Map<string, RecordedObject[]>,
  cluster: string,
  record: RecordedObject,
): void {
  const own = clusters.get(cluster);
  if (own) own.push(record);
  else clusters.set(cluster, [record]);
}

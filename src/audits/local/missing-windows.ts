import { formatTime, type Span } from '../../time.ts';
import type { Audit } from '../schema.ts';
import { absentClusters, type ClusterRecords } from './absent-clusters.ts';
import type { AuditWindow } from './audit-window.ts';
import {
  type EmptyStore,
  missingWindowFinding,
  presenceRequests,
  windowKey,
} from './checks/missing-window.ts';
import { Comparison } from './comparison.ts';
import { skipped } from './evaluate.ts';
import { type ClusterPresence, type Presence, presenceOf } from './presence.ts';
import { isPartial, recordedSpans, usedSpans } from './recorded-span.ts';
import { settling } from './settling.ts';
import { reportStoppedWorkloads } from './stopped-workloads.ts';
import { untrustedReason } from './usability.ts';
import { minutesOf } from './windows.ts';

const type = 'CheckMissingWindow';

/** Whether the windows just outside the audited ones have data; null where that is not known. */
export interface Neighbours {
  readonly before: boolean | null;
  readonly after: boolean | null;
  /** Clusters that were recorded from the start to the end of the window; null where that is not known. */
  readonly wholeBefore: readonly string[] | null;
  readonly wholeAfter: readonly string[] | null;
}

/** What a window has of a cluster. */
export interface RecordedCluster extends ClusterPresence {
  /** From when to when it was recorded; null where it has no nodes or no workloads, or the window is shorter than a day. */
  readonly recorded: Span | null;
  /** From when to when it had workloads; null likewise. */
  readonly used: Span | null;
}

/** What the stores have of a window: all that CheckMissingWindow needs of it and of its neighbours. */
export interface WindowPresence {
  readonly span: Span;
  /** Why the window is not evaluated; null where it is. */
  readonly skipReason: string | null;
  /** Why it is not known what a store has, one reason for each store. */
  readonly unknown: readonly string[];
  readonly empty: readonly EmptyStore[];
  readonly clusters: readonly RecordedCluster[];
  /** Requested only where a store is empty, or a cluster was recorded in part, and no audited window tells. */
  readonly neighbours: Neighbours;
}

export const unknownNeighbours: Neighbours = {
  before: null,
  after: null,
  wholeBefore: null,
  wholeAfter: null,
};

/** What a window's responses say about its data. */
export function windowPresence(
  window: AuditWindow,
  neighbours: Neighbours = unknownNeighbours,
): WindowPresence {
  const presence = presenceOf(window.input);
  const spansOf = (read: typeof recordedSpans) =>
    presence ? read(window.input, window.span) : new Map<string, Span>();
  const recorded = spansOf(recordedSpans);
  const used = spansOf(usedSpans);
  return {
    span: window.span,
    skipReason: window.skipReason(type),
    unknown: presenceRequests
      .filter((request) => contentOf(window, request) === null)
      .map((request) => window.unavailableReason(request) ?? request),
    empty: emptyStores(window, presence),
    clusters: (presence?.clusters ?? []).map((own) => ({
      ...own,
      recorded: recorded.get(own.cluster) ?? null,
      used: used.get(own.cluster) ?? null,
    })),
    neighbours,
  };
}

/** Whether both stores have rows for a window that are not left over from the one before. */
export function hasData({ unknown, empty }: WindowPresence): boolean {
  return unknown.length === 0 && empty.length === 0;
}

/** Whether a cluster of the window was recorded in part. */
export function hasPartialCluster({ span, clusters }: WindowPresence): boolean {
  return clusters.some(({ recorded }) => recorded !== null && isPartial(recorded, span));
}

/**
 * Clusters that were recorded in a whole window; null where that is not known.
 *
 * @param now of a window that has not settled, the end does not count
 */
export function wholeClusters(presence: WindowPresence, now: number): readonly string[] | null {
  const { span, clusters, unknown } = presence;
  if (unknown.length > 0) return null;
  const mayGrow = now - span.end < settling.stores;
  return clusters.flatMap(({ cluster, recorded }) => {
    if (recorded === null) return [];
    const end = mayGrow ? span.end : recorded.end;
    return isPartial({ start: recorded.start, end }, span) ? [] : [cluster];
  });
}

/**
 * CheckMissingWindow of every window: one without data between windows with data is a finding.
 *
 * @param windows in order of time
 * @param lastRun RFC 3339, by window
 */
export function evaluateMissingWindows(
  windows: readonly WindowPresence[],
  lastRun: (window: WindowPresence) => string,
): Audit[] {
  const before = reach(windows, 'before');
  const after = reach([...windows].reverse(), 'after').reverse();
  const records = windows.map(clusterRecords);
  return windows.map((window, i) => {
    const { wholeBefore, wholeAfter } = window.neighbours;
    const known: Neighbours = {
      before: before[i] ?? null,
      after: after[i] ?? null,
      wholeBefore: wholeOf(windows[i - 1], window.span.start) ?? wholeBefore,
      wholeAfter: wholeOf(windows[i + 1], window.span.end) ?? wholeAfter,
    };
    const comparison = compareWindow(window, known);
    if (window.skipReason === null) {
      reportStoppedWorkloads(window, [windows[i - 1], windows[i + 1]], comparison);
    }
    for (const cluster of absentClusters(records, i)) {
      const detail = 'no row of it in either store, between windows that are whole';
      reportPart(window.span, { cluster, recorded: null, detail }, comparison);
    }
    return comparison.audit(window.span, type, lastRun(window));
  });
}

function clusterRecords(window: WindowPresence): ClusterRecords {
  return {
    span: window.span,
    isKnown: window.skipReason === null && hasData(window),
    clusters: window.clusters.map(({ cluster }) => cluster),
    whole: wholeClusters(window, Number.POSITIVE_INFINITY) ?? [],
  };
}

/** Clusters that were recorded in a whole evaluated window that begins or ends at `border`. */
function wholeOf(window: WindowPresence | undefined, border: number): readonly string[] | null {
  if (!window || window.skipReason !== null) return null;
  const { span } = window;
  if (span.end !== border && span.start !== border) return null;
  return wholeClusters(window, Number.POSITIVE_INFINITY);
}

/** Whether there is data on one side of each window, from the outermost window inwards. */
function reach(windows: readonly WindowPresence[], side: 'before' | 'after'): (boolean | null)[] {
  let known: boolean | null = null;
  return windows.map((window) => {
    if (known !== true) known = window.neighbours[side] ?? known;
    const here = known;
    if (hasData(window)) known = true;
    return here;
  });
}

function compareWindow(window: WindowPresence, neighbours: Neighbours): Comparison {
  const { before, after } = neighbours;
  const { skipReason, unknown, empty } = window;
  if (skipReason !== null) return skipped(skipReason);
  const comparison = new Comparison(null);
  for (const reason of unknown) comparison.undetermined(reason);
  if (unknown.length > 0) return comparison;
  if (empty.length === 0) {
    reportClusters(window, comparison);
    reportPartialClusters(window, neighbours, comparison);
    return comparison;
  }
  if (before && after) {
    const { key, causes } = missingWindowFinding(window.span, empty);
    comparison.addDifference({ key, expected: null, actual: null, causes });
  } else {
    const where = before === false ? 'before' : after === false ? 'after' : 'around';
    comparison.undetermined(`no data in this window, and none known ${where} it`);
  }
  return comparison;
}

/** Clusters that one of the two stores does not have, though the other shows what they cost. */
function reportClusters({ span, clusters }: WindowPresence, comparison: Comparison): void {
  for (const { cluster, ...has } of clusters) {
    const key = [windowKey(span), cluster];
    if (has.nodes > 0 && has.workloads === 0) {
      const detail = `nodes cost ${has.nodes.toFixed(2)}, and no workload has a row`;
      const causes = [{ code: 'no-workloads', amount: null, detail }];
      comparison.addDifference({ key, expected: has.assets, actual: 0, causes });
    } else if (!has.hasAssets && has.allocations > 0 && has.usesNodes) {
      const detail = `${has.allocations.toFixed(2)} of allocations without assets`;
      const causes = [{ code: 'no-assets', amount: null, detail }];
      comparison.addDifference({ key, expected: has.allocations, actual: 0, causes });
    }
  }
}

/** Clusters that were recorded in part between windows in which they were recorded whole. */
function reportPartialClusters(
  { span, clusters }: WindowPresence,
  { wholeBefore, wholeAfter }: Neighbours,
  comparison: Comparison,
): void {
  for (const { cluster, recorded } of clusters) {
    if (recorded === null || !isPartial(recorded, span)) continue;
    if (wholeBefore?.includes(cluster) === false || wholeAfter?.includes(cluster) === false) {
      // such as a cluster that is new, or that is stopped every night
      continue;
    }
    const times = [
      recorded.start > span.start ? `begin at ${formatTime(recorded.start)}` : null,
      recorded.end < span.end ? `end at ${formatTime(recorded.end)}` : null,
    ].filter((text) => text !== null);
    const detail = `its nodes and their workloads ${times.join(' and ')}`;
    if (wholeBefore === null || wholeAfter === null) {
      comparison.undetermined(
        `${cluster}: ${detail}, and whether it was recorded whole before and after is not known`,
      );
    } else {
      const between = `${detail}, between windows that are whole`;
      reportPart(span, { cluster, recorded, detail: between }, comparison);
    }
  }
}

/** A cluster of which a window has a part only, or nothing, in minutes. */
function reportPart(
  span: Span,
  { cluster, recorded, detail }: Pick<RecordedCluster, 'cluster' | 'recorded'> & { detail: string },
  comparison: Comparison,
): void {
  comparison.addDifference({
    key: [windowKey(span), cluster],
    expected: minutesOf(span),
    actual: recorded === null ? 0 : minutesOf(recorded),
    causes: [{ code: 'partial-day', amount: null, detail }],
  });
}

function emptyStores(window: AuditWindow, presence: Presence | null): EmptyStore[] {
  return presenceRequests.flatMap((request): EmptyStore[] => {
    const content = contentOf(window, request);
    const store = request === 'assets' ? ('assets' as const) : ('allocations' as const);
    if (content === 'none' || content === 'empty') return [{ store, content }];
    return presence?.isLeftover === true ? [{ store, content: 'leftover' }] : [];
  });
}

function contentOf(window: AuditWindow, request: (typeof presenceRequests)[number]) {
  const response = window.response(request);
  if (!response || 'reason' in response) return null;
  return untrustedReason(request, response) === null ? response.content : null;
}

import type { Span } from '../../time.ts';
import type { Audit } from '../schema.ts';
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
import { untrustedReason } from './usability.ts';

const type = 'CheckMissingWindow';

/** Whether the windows just outside the audited ones have data; null where that is not known. */
export interface Neighbours {
  readonly before: boolean | null;
  readonly after: boolean | null;
}

/** What the stores have of a window: all that CheckMissingWindow needs of it and of its neighbours. */
export interface WindowPresence {
  readonly span: Span;
  /** Why the window is not evaluated; null where it is. */
  readonly skipReason: string | null;
  /** Why it is not known what a store has, one reason for each store. */
  readonly unknown: readonly string[];
  readonly empty: readonly EmptyStore[];
  readonly clusters: readonly ClusterPresence[];
  /** Requested only where it is the first or last window and a store is empty. */
  readonly neighbours: Neighbours;
}

export const unknownNeighbours: Neighbours = { before: null, after: null };

/** What a window's responses say about its data. */
export function windowPresence(
  window: AuditWindow,
  neighbours: Neighbours = unknownNeighbours,
): WindowPresence {
  const presence = presenceOf(window.input);
  return {
    span: window.span,
    skipReason: window.skipReason(type),
    unknown: presenceRequests
      .filter((request) => contentOf(window, request) === null)
      .map((request) => window.unavailableReason(request) ?? request),
    empty: emptyStores(window, presence),
    clusters: presence?.clusters ?? [],
    neighbours,
  };
}

/** Whether both stores have rows for a window that are not left over from the one before. */
export function hasData({ unknown, empty }: WindowPresence): boolean {
  return unknown.length === 0 && empty.length === 0;
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
  return windows.map((window, i) =>
    compareWindow(window, { before: before[i] ?? null, after: after[i] ?? null }).audit(
      window.span,
      type,
      lastRun(window),
    ),
  );
}

/** Whether there is data on one side of each window, from the outermost window inwards. */
function reach(windows: readonly WindowPresence[], side: keyof Neighbours): (boolean | null)[] {
  let known: boolean | null = null;
  return windows.map((window) => {
    if (known !== true) known = window.neighbours[side] ?? known;
    const here = known;
    if (hasData(window)) known = true;
    return here;
  });
}

function compareWindow(window: WindowPresence, { before, after }: Neighbours): Comparison {
  const { skipReason, unknown, empty } = window;
  if (skipReason !== null) return skipped(skipReason);
  const comparison = new Comparison(null);
  for (const reason of unknown) comparison.undetermined(reason);
  if (unknown.length > 0) return comparison;
  if (empty.length === 0) {
    reportClusters(window, comparison);
    return comparison;
  }
  if (before && after) {
    const { key, causes } = missingWindowFinding(window.span, empty);
    comparison.addDifference(key, null, null, causes);
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
      comparison.addDifference(key, has.assets, 0, [
        { code: 'no-workloads', amount: null, detail },
      ]);
    } else if (!has.hasAssets && has.allocations > 0 && has.usesNodes) {
      const detail = `${has.allocations.toFixed(2)} of allocations without assets`;
      comparison.addDifference(key, has.allocations, 0, [
        { code: 'no-assets', amount: null, detail },
      ]);
    }
  }
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

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
import { untrustedReason } from './usability.ts';

const type = 'CheckMissingWindow';

/** Whether the windows just outside the audited ones have data; null where that is not known. */
export interface Neighbours {
  readonly before: boolean | null;
  readonly after: boolean | null;
}

/** Whether both stores have rows for a window that are not left over from the one before. */
export function hasData(window: AuditWindow): boolean {
  const hasRows = presenceRequests.every((request) => contentOf(window, request) === 'rows');
  return hasRows && window.presence?.isLeftover !== true;
}

/** Whether a store has nothing for a window, so that its neighbours matter. */
export function hasEmptyStore(window: AuditWindow): boolean {
  return emptyStores(window).length > 0;
}

/** CheckMissingWindow of every window: one without data between windows with data is a finding. */
export function evaluateMissingWindows(
  windows: readonly AuditWindow[],
  neighbours: Neighbours,
  lastRun: string,
): Audit[] {
  const data = windows.map(hasData);
  return windows.map((window, i) => {
    const before = data.slice(0, i).includes(true) ? true : neighbours.before;
    const after = data.slice(i + 1).includes(true) ? true : neighbours.after;
    return compareWindow(window, { before, after }).audit(window.span, type, lastRun);
  });
}

function compareWindow(window: AuditWindow, { before, after }: Neighbours): Comparison {
  const skipReason = window.skipReason(type);
  if (skipReason !== null) return skipped(skipReason);
  const comparison = new Comparison(null);
  const unknown = presenceRequests.filter((request) => contentOf(window, request) === null);
  for (const request of unknown) {
    comparison.undetermined(window.unavailableReason(request) ?? request);
  }
  const empty = emptyStores(window);
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
function reportClusters({ span, presence }: AuditWindow, comparison: Comparison): void {
  for (const { cluster, ...has } of presence?.clusters ?? []) {
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

function emptyStores(window: AuditWindow): EmptyStore[] {
  return presenceRequests.flatMap((request): EmptyStore[] => {
    const content = contentOf(window, request);
    const store = request === 'assets' ? ('assets' as const) : ('allocations' as const);
    if (content === 'none' || content === 'empty') return [{ store, content }];
    return window.presence?.isLeftover === true ? [{ store, content: 'leftover' }] : [];
  });
}

function contentOf(window: AuditWindow, request: (typeof presenceRequests)[number]) {
  const response = window.response(request);
  if (!response || 'reason' in response) return null;
  return untrustedReason(request, response) === null ? response.content : null;
}

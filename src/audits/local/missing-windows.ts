import type { Audit } from '../schema.ts';
import type { AuditWindow } from './audit-window.ts';
import { missingWindowFinding, presenceRequests } from './checks/missing-window.ts';
import { Comparison } from './comparison.ts';
import { skipped } from './evaluate.ts';

const type = 'CheckMissingWindow';

/** Whether the windows just outside the audited ones have data; null where that is not known. */
export interface Neighbours {
  readonly before: boolean | null;
  readonly after: boolean | null;
}

/** Whether both stores have rows for a window. */
export function hasData(window: AuditWindow): boolean {
  return presenceRequests.every((request) => contentOf(window, request) === 'rows');
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
  if (unknown.length > 0 || empty.length === 0) return comparison;
  if (before && after) {
    const { key, causes } = missingWindowFinding(window.span, empty);
    comparison.addDifference(key, null, null, causes);
  } else {
    const where = before === false ? 'before' : after === false ? 'after' : 'around';
    comparison.undetermined(`no data in this window, and none known ${where} it`);
  }
  return comparison;
}

function emptyStores(window: AuditWindow) {
  return presenceRequests.flatMap((request) => {
    const content = contentOf(window, request);
    if (content !== 'none' && content !== 'empty') return [];
    const store = request === 'assets' ? ('assets' as const) : ('allocations' as const);
    return [{ store, hasSet: content === 'empty' }];
  });
}

function contentOf(window: AuditWindow, request: (typeof presenceRequests)[number]) {
  const response = window.response(request);
  return response && 'content' in response ? response.content : null;
}

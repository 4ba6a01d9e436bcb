import { formatTime, type Span } from '../../time.ts';
import { windowKey } from './checks/missing-window.ts';
import type { Comparison } from './comparison.ts';
import { isPartial } from './recorded-span.ts';
import { areAdjacent, minutesOf } from './windows.ts';

/** What a window has of its clusters; see WindowPresence. */
interface UsedWindow {
  readonly span: Span;
  readonly skipReason: string | null;
  readonly unknown: readonly string[];
  readonly clusters: readonly {
    readonly cluster: string;
    readonly recorded: Span | null;
    readonly used: Span | null;
  }[];
}

/**
 * Warns of clusters whose workloads all stop or start at once while their nodes run on, between evaluated
 * windows in which they have workloads from the start to the end.
 *
 * @param around the windows before and after this one
 */
export function reportStoppedWorkloads(
  { span, clusters }: UsedWindow,
  around: readonly (UsedWindow | undefined)[],
  comparison: Comparison,
): void {
  for (const { cluster, recorded, used } of clusters) {
    if (recorded === null || used === null || isPartial(recorded, span)) continue;
    if (!isPartial(used, span) || !around.every((one) => isWhole(one, cluster, span))) continue;
    const times = [
      used.start > span.start ? `begin at ${formatTime(used.start)}` : null,
      used.end < span.end ? `end at ${formatTime(used.end)}` : null,
    ].filter((text) => text !== null);
    const detail = `its workloads on all nodes ${times.join(' and ')}, its nodes do not`;
    comparison.addWarning({
      key: [windowKey(span), cluster],
      expected: minutesOf(span),
      actual: minutesOf(used),
      causes: [{ code: 'workloads-stopped', amount: null, detail }],
    });
  }
}

/** Whether an evaluated window next to `border` has workloads of a cluster from its start to its end. */
function isWhole(window: UsedWindow | undefined, cluster: string, border: Span): boolean {
  if (!window || window.skipReason !== null || window.unknown.length > 0) return false;
  if (!areAdjacent(window.span, border)) return false;
  const used = window.clusters.find((one) => one.cluster === cluster)?.used;
  return used ? !isPartial(used, window.span) : false;
}

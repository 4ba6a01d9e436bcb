import type { Span } from '../../time.ts';
import { areAdjacent } from './windows.ts';

/** What a window says about which clusters were recorded. */
export interface ClusterRecords {
  readonly span: Span;
  /** Whether both stores were read and have data. */
  readonly isKnown: boolean;
  /** Clusters that either store has a row of. */
  readonly clusters: readonly string[];
  /** Those that were recorded from the start to the end of the window. */
  readonly whole: readonly string[];
}

/**
 * Clusters that neither store has in window `index`, between windows in which they were recorded whole:
 * their data did not arrive. A cluster that was stopped is not whole on the day of its stop.
 *
 * @param windows in order of time
 */
export function absentClusters(windows: readonly ClusterRecords[], index: number): string[] {
  if (!windows[index]?.isKnown) return [];
  const after = wholeNext(windows.slice(index));
  return wholeNext(windows.slice(0, index + 1).reverse()).filter((one) => after.includes(one));
}

/** Clusters that the first window does not have, and the next one that has them has whole. */
function wholeNext(windows: readonly ClusterRecords[]): string[] {
  const [first, ...others] = windows;
  const seen = new Set(first?.clusters);
  const found: string[] = [];
  let last = first;
  for (const next of others) {
    if (!last || !next.isKnown || !areAdjacent(last.span, next.span)) break;
    found.push(...next.whole.filter((cluster) => !seen.has(cluster)));
    for (const cluster of next.clusters) seen.add(cluster);
    last = next;
  }
  return found;
}

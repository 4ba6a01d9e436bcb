import type { Money, Totals } from './build/totals.ts';

/**
 * Makes totals outdated where a fault says so.
 *
 * @param staleShare the share of a node's amounts that its totals do not have; null: none
 * @param amounts of totals, by reference
 */
export function withStaleTotals<T extends { readonly node: string; readonly cluster: string }>(
  totals: Totals<T>,
  staleShare: (node: string) => number | null,
  amounts: (totals: T) => Money[],
): Totals<T> {
  for (const own of totals.byNode.values()) {
    const stale = staleShare(own.node);
    if (stale === null) continue;
    const cluster = totals.byCluster.get(own.cluster);
    subtractShare(stale, amounts(own), cluster ? amounts(cluster) : []);
  }
  return totals;
}

/** Removes a share of the amounts of a node from it and its cluster. */
function subtractShare(part: number, own: Money[], cluster: Money[]): void {
  for (const [index, money] of own.entries()) {
    const lost = { cost: money.cost * part, adjustment: money.adjustment * part };
    const all = cluster[index];
    for (const to of all ? [money, all] : [money]) {
      to.cost -= lost.cost;
      to.adjustment -= lost.adjustment;
    }
  }
}

import type { Client } from '../../kubecost/client.ts';
import type { Product } from '../../kubecost/product.ts';
import type { CostMetric } from '../../kubecost/schemas/cloud-cost.ts';
import { type DayTotals, requestTotals } from '../../reconciliation/totals.ts';
import type { StoredReconciliation } from '../../store/reconciliation.ts';
import { changedTotals } from '../../store/totals.ts';
import { day } from '../../time.ts';
import type { Context } from '../command.ts';
import { createReconciliationSource } from './source.ts';

/**
 * Removes the stored days whose totals are not those of the server any more, and says which. A day whose totals
 * are not stored, or cannot be requested, is removed too: it is evaluated again. OpenCost reconciles
 * nothing, so that none of its days changes.
 *
 * @param days by their starts
 * @returns starts of those that changed
 */
export async function dropChanged(
  days: Map<number, StoredReconciliation>,
  client: Client,
  { product, metric }: { readonly product: Product; readonly metric: CostMetric },
  { deps, reporter }: Context,
): Promise<number[]> {
  if (product.name === 'opencost' || days.size === 0) return [];
  const end = Math.max(...days.keys()) + day;
  const source = createReconciliationSource({ client, product, metric, signal: deps.signal, end });
  const stored = new Map(
    [...days].flatMap(([start, { totals }]) => (totals ? [[start, totals] as const] : [])),
  );
  const progress = await reporter.progress('comparing the totals of stored days');
  const now = await requestTotals(stored, source).finally(progress.stop);
  const changed: number[] = [];
  for (const [start, { window }] of [...days]) {
    const [before, after] = [stored.get(start), now.get(start)];
    const changes = before && after ? changesOf(before, after) : [];
    if (changes.length > 0) {
      changed.push(start);
      await reporter.note(
        `${window.start.slice(0, 10)} changed since it was stored (${changes.join(', ')}): evaluated again`,
      );
    }
    if (changes.length > 0 || !before || !after) days.delete(start);
  }
  return changed;
}

function changesOf(before: DayTotals, after: DayTotals): string[] {
  const changes = changedTotals({ ...before }, { ...after });
  if (before.bills === null && after.bills !== null) changes.push('bills since available');
  if (before.bills !== null && after.bills === null) changes.push('bills no longer available');
  return changes;
}

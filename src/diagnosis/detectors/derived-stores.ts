import type { Day } from '../day.ts';
import { objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { allocationAggregates, assetAggregates } from './aggregates.ts';
import { allocationTotals, assetTotals } from './totals.ts';

/** Stores that Kubecost computes from allocations and assets, where these are right. */
export function derivedStores(day: Day): void {
  assetTotals(day);
  allocationTotals(day);
  allocationAggregates(day);
  assetAggregates(day);
  summaries(day);
}

function summaries(day: Day): void {
  const rows = new Map<string, Item[]>();
  for (const item of day.ledger.open('CheckSummary')) {
    const [row = ''] = item.key;
    rows.set(row, [...(rows.get(row) ?? []), item]);
  }
  for (const [row, items] of rows) {
    const delta =
      items.find(({ key }) => key.length === 1 || key[1] === 'totalCost')?.delta ??
      items[0]?.delta ??
      null;
    const finding = day.add({
      code: 'summary-mismatch',
      object: objectOf('row', row, {
        cluster: row.split('/').length === 5 ? (row.split('/')[0] ?? null) : null,
      }),
      reason: 'summary',
      amount: delta,
      effect: { workloads: delta, idle: null, assets: 0 },
      values: { row },
      facts: items.map(({ key, delta: one }) => ({
        fact: `${key.join(' ')} differs by ${one ?? 'an unknown amount'}`,
        source: 'CheckSummary',
      })),
    });
    for (const item of items) item.propose(finding);
  }
}

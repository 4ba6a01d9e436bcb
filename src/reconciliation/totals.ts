import type { CostRequest } from '../costs/requests.ts';
import { Sum } from '../costs/sum.ts';
import { day, type Span } from '../time.ts';
import type { ReconciliationSource } from './collect.ts';
import type { DayEvidence } from './day-evidence.ts';

/** Costs that the states of a day depend on, summed; one that was not requested, or that a server does not have, is null. */
export interface DayTotals {
  readonly assets: number | null;
  /** Null where the server has no cloud costs. */
  readonly bills: number | null;
  /** Null where no node was adjusted. */
  readonly allocations: number | null;
}

/** The totals of a day that was evaluated. */
export function totalsOf({ assetTotal, bills, billTotal, allocations }: DayEvidence): DayTotals {
  const reconciled = new Sum();
  for (const totals of allocations.values()) reconciled.add(totals.reconciled);
  return {
    assets: finite(assetTotal.value),
    bills: bills === null ? null : finite(billTotal.value),
    allocations: allocations.size === 0 ? null : finite(reconciled.value),
  };
}

/**
 * Requests the totals of days with the smallest requests that show them: two for each day, and one for
 * the allocations of a week.
 *
 * @param stored by the starts of the days: only what they have is requested
 * @returns by start; a day is left out where one of its requests failed
 */
export async function requestTotals(
  stored: ReadonlyMap<number, DayTotals>,
  source: ReconciliationSource,
): Promise<Map<number, DayTotals>> {
  const found = new Map<number, DayTotals>();
  const allocations = await allocationTotals(
    [...stored].filter(([, totals]) => totals.allocations !== null).map(([start]) => start),
    source,
  );
  for (const start of stored.keys()) {
    const span = { start, end: start + day };
    const assets = await sumOf('assets by type', span, source);
    const bills = await sumOf('bills by provider', span, source);
    const own = allocations === null ? undefined : (allocations.get(start) ?? null);
    if (assets !== undefined && bills !== undefined && own !== undefined) {
      found.set(start, { assets, bills, allocations: own });
    }
  }
  return found;
}

/** The sum of the rows of an aggregate; null where the server does not have it, undefined where the request failed. */
async function sumOf(
  request: CostRequest,
  span: Span,
  { costs, untrusted }: ReconciliationSource,
): Promise<number | null | undefined> {
  let sum = new Sum();
  const response = await costs.fetch(request, span, () => {
    sum = new Sum();
    return {
      aggregate: ({ totalCost }) => sum.add(totalCost),
      bill: ({ cost }) => sum.add(cost),
    };
  });
  if ('reason' in response) return response.unsupported ? null : undefined;
  return untrusted(request, response) === null ? finite(sum.value) : undefined;
}

/** Days of one request. */
const allocationDays = 7;

/** Allocations by start of the day; null where a request failed. */
async function allocationTotals(
  starts: readonly number[],
  source: ReconciliationSource,
): Promise<Map<number, number | null> | null> {
  const totals = new Map<number, number | null>();
  const waiting = [...starts].sort((a, b) => a - b);
  for (let [first] = waiting; first !== undefined; [first] = waiting) {
    const end = first + allocationDays * day;
    const sums = new Map<number, Sum>();
    for (let [next] = waiting; next !== undefined && next < end; [next] = waiting) {
      sums.set(next, new Sum());
      waiting.shift();
    }
    const last = Math.max(...sums.keys());
    const failed = await source.allocations({ start: first, end: last + day }, 'reconciled', {
      restart() {
        for (const start of sums.keys()) sums.set(start, new Sum());
      },
      emit: (row) => sums.get(Math.floor(row.start / day) * day)?.add(row.totalCost),
    });
    if (failed !== null) return null;
    for (const [start, sum] of sums) totals.set(start, finite(sum.value));
  }
  return totals;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

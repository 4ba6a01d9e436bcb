import type { RowCollector } from '../audits/local/audit-window.ts';
import type { CostRequest } from '../costs/requests.ts';
import type { RowSink } from '../costs/responses.ts';
import { Sum } from '../costs/sum.ts';
import type { Totals } from './schema.ts';

/** The smallest requests that show what a day costs, one for each store. */
export const totalRequests = {
  allocations: 'allocations by cluster',
  assets: 'assets by type',
} as const satisfies Record<keyof Totals, CostRequest>;

type Store = keyof Totals;

/** Costs of one window, from its aggregates. */
export class TotalsCollector implements RowCollector {
  readonly #sums = new Map<Store, Sum>();

  sink(request: CostRequest): RowSink | null {
    const store = storeOf(request);
    if (store === null) return null;
    const sum = new Sum();
    this.#sums.set(store, sum);
    return { aggregate: ({ totalCost }) => sum.add(totalCost) };
  }

  /** Null where an aggregate was not requested. */
  get totals(): Totals {
    const of = (store: Store) => {
      const value = this.#sums.get(store)?.value;
      return value === undefined || !Number.isFinite(value) ? null : value;
    };
    return { allocations: of('allocations'), assets: of('assets') };
  }
}

function storeOf(request: CostRequest): Store | null {
  if (request === totalRequests.allocations) return 'allocations';
  return request === totalRequests.assets ? 'assets' : null;
}

/** Amounts that differ by less are the same: a server may sum in another order. */
const sameAmount = 1e-6;

/**
 * What changed since a day was stored: `allocations 10.00 -> 12.00`; empty where nothing did. An amount that is
 * not known has not changed.
 */
export function changedTotals<Name extends string>(
  stored: Readonly<Record<Name, number | null>>,
  now: Readonly<Record<Name, number | null>>,
): string[] {
  const names = Object.keys(stored) as Name[]; // the fields of the record
  return names.flatMap((name) => {
    const [before, after] = [stored[name], now[name]];
    if (before === null || after === null) return [];
    const isSame = Math.abs(after - before) <= sameAmount * Math.max(1, Math.abs(before));
    return isSame ? [] : [`${name} ${before.toFixed(2)} -> ${after.toFixed(2)}`];
  });
}

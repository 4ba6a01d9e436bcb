import { addTo, aggregate, copy, type KeyOf } from '../build/aggregates.ts';
import {
  type Allocation,
  type AllocationProperties,
  allocationTotal,
  idleSuffix,
  unreconciled,
} from '../build/allocation.ts';
import { type SetSpec, storeState } from '../build/spec.ts';
import { resources } from '../build/totals.ts';
import type { Stores } from '../stores.ts';

/** Parameters of `/allocation` for one set. */
export interface AllocationQuery {
  /** Properties to aggregate by, with their key functions; empty: not aggregated. */
  readonly aggregate: readonly { readonly property: string; readonly key: KeyOf }[];
  readonly idle: boolean;
  readonly splitIdle: boolean;
  readonly idleByNode: boolean;
  readonly shareIdle: boolean;
  readonly reconcile: boolean;
  readonly shareTenancyCosts: boolean;
  readonly filter: ((properties: AllocationProperties) => boolean) | null;
}

export const defaultQuery: AllocationQuery = {
  aggregate: [],
  idle: false,
  splitIdle: false,
  idleByNode: false,
  shareIdle: false,
  reconcile: true,
  shareTenancyCosts: false,
  filter: null,
};

/** Rows of one set; aggregates come from the aggregate store where it has them. */
export function* queryAllocations(
  stores: Stores,
  set: SetSpec,
  query: AllocationQuery,
): Generator<Allocation> {
  if (storeState(set, 'allocations') !== 'full') return;
  const share = query.shareTenancyCosts ? tenancyShares(stores, set, query) : null;
  if (query.aggregate.length === 0) {
    for (const row of rowsOf(stores, set, query)) {
      const total = share ? finite(allocationTotal(row)) : 0;
      yield share
        ? { ...row, sharedCost: row.sharedCost + share(row.properties.cluster, total) }
        : row;
    }
  } else {
    for (const { row, weights } of aggregatesOf(stores, set, query)) {
      let shared = 0;
      if (share) for (const [cluster, weight] of weights) shared += share(cluster, weight);
      const own = query.reconcile ? row : unreconciled(row);
      yield share ? { ...own, sharedCost: own.sharedCost + shared } : own;
    }
  }
  if (query.idle) yield* idleRows(stores, set, query);
}

function* rowsOf(stores: Stores, set: SetSpec, query: AllocationQuery): Generator<Allocation> {
  const spread = query.idle && query.shareIdle ? idleShares(stores, set, query) : null;
  for (const stored of stores.allocations(set)) {
    if (query.filter && !query.filter(stored.properties)) continue;
    const row = query.reconcile ? stored : unreconciled(stored);
    yield spread ? spread(row) : row;
  }
}

function aggregatesOf(stores: Stores, set: SetSpec, query: AllocationQuery) {
  const keys = query.aggregate.map(({ key }) => key);
  const fromStore = query.filter === null && !(query.idle && query.shareIdle);
  return fromStore
    ? stores
        .allocationsBy(
          set,
          query.aggregate.map(({ property }) => property),
          keys,
        )
        .values()
    : aggregate(rowsOf(stores, set, query), keys).values();
}

/** Share of a row or aggregate in the tenancy costs of a cluster, by its cost there. */
function tenancyShares(
  stores: Stores,
  set: SetSpec,
  query: AllocationQuery,
): (cluster: string, cost: number) => number {
  const weights = new Map<string, { cost: number; count: number }>();
  const add = (cluster: string, cost: number) => {
    const weight = weights.get(cluster) ?? { cost: 0, count: 0 };
    weight.cost += cost;
    weight.count += 1;
    weights.set(cluster, weight);
  };
  const everything = { ...query, filter: null };
  if (query.aggregate.length === 0) {
    for (const row of rowsOf(stores, set, everything))
      add(row.properties.cluster, finite(allocationTotal(row)));
  } else {
    for (const aggregated of aggregatesOf(stores, set, everything)) {
      for (const [cluster, cost] of aggregated.weights) add(cluster, cost);
    }
  }
  const tenancy = stores.tenancy(set, query.reconcile);
  return (cluster, cost) => {
    const weight = weights.get(cluster);
    if (!weight) return 0;
    const part = weight.cost > 0 ? cost / weight.cost : 1 / weight.count;
    return part * (tenancy.get(cluster) ?? 0);
  };
}

function finite(cost: number): number {
  return Number.isFinite(cost) ? cost : 0;
}

/** Adds to a row its share of the idle of its node or cluster, per resource. */
function idleShares(
  stores: Stores,
  set: SetSpec,
  { idleByNode, reconcile }: AllocationQuery,
): (row: Allocation) => Allocation {
  const idle = new Map(
    stores
      .idle(set, idleByNode, reconcile)
      .map((row) => [`${row.properties.cluster}/${row.properties.node}`, row]),
  );
  const totals = stores.allocationTotals(set);
  return (row) => {
    const { cluster, node } = row.properties;
    const free = idle.get(`${cluster}/${idleByNode ? node : ''}`);
    const used = idleByNode
      ? totals.byNode.get(`${cluster}/${node}`)
      : totals.byCluster.get(cluster);
    if (!free || !used) return row;
    const own = { ...row };
    for (const resource of resources) {
      const all = used[resource].cost + (reconcile ? used[resource].adjustment : 0);
      const cost = row[`${resource}Cost`] + row[`${resource}CostAdjustment`];
      if (all !== 0) own[`${resource}Cost`] += (cost / all) * free[`${resource}Cost`];
    }
    return own;
  };
}

function* idleRows(stores: Stores, set: SetSpec, query: AllocationQuery): Generator<Allocation> {
  const used = stores.allocationTotals(set);
  let rows = stores.idle(set, query.idleByNode, query.reconcile);
  if (query.shareIdle) rows = rows.map((row) => withoutShared(row, used, query.idleByNode));
  const { filter } = query;
  if (filter) rows = rows.filter(({ properties }) => filter(properties));
  if (query.shareIdle) rows = rows.filter((row) => allocationTotal(row) !== 0);
  if (query.splitIdle) yield* rows;
  else {
    const [first, ...others] = rows;
    if (!first) return;
    const all = copy(first, idleSuffix);
    for (const row of others) addTo(all, row);
    yield all;
  }
}

/** The idle that could not be shared: of resources without any allocation. */
function withoutShared(
  row: Allocation,
  totals: ReturnType<Stores['allocationTotals']>,
  byNode: boolean,
): Allocation {
  const { cluster, node } = row.properties;
  const used = byNode ? totals.byNode.get(`${cluster}/${node}`) : totals.byCluster.get(cluster);
  const rest = { ...row };
  for (const resource of resources) {
    const all = used ? used[resource].cost + used[resource].adjustment : 0;
    if (all !== 0) rest[`${resource}Cost`] = 0;
  }
  return rest;
}

/** Several sets summed by row name. */
export function accumulateAllocations(
  sets: Iterable<Iterable<Allocation>>,
): Map<string, Allocation> {
  const sums = new Map<string, Allocation>();
  for (const rows of sets) {
    for (const row of rows) {
      const known = sums.get(row.name);
      if (known) addTo(known, row);
      else sums.set(row.name, copy(row, row.name));
    }
  }
  return sums;
}

import { addTo, aggregate, copy, type KeyOf } from '../build/aggregates.ts';
import {
  type Allocation,
  type AllocationProperties,
  allocationTotal,
  idleSuffix,
  unreconciled,
} from '../build/allocation.ts';
import type { SetSpec } from '../build/spec.ts';
import { resources } from '../build/totals.ts';
import type { Stores } from '../stores.ts';

/** What `/allocation` can be asked of one set. */
export interface AllocationQuestion {
  /** Properties and how they are read off a row; empty: not aggregated. */
  readonly aggregate: readonly { readonly property: string; readonly key: KeyOf }[];
  readonly idle: boolean;
  readonly splitIdle: boolean;
  readonly idleByNode: boolean;
  readonly shareIdle: boolean;
  readonly reconcile: boolean;
  readonly shareTenancyCosts: boolean;
  readonly filter: ((properties: AllocationProperties) => boolean) | null;
}

export const plainQuestion: AllocationQuestion = {
  aggregate: [],
  idle: false,
  splitIdle: false,
  idleByNode: false,
  shareIdle: false,
  reconcile: true,
  shareTenancyCosts: false,
  filter: null,
};

/** The rows of the answer, one after the other; aggregates come from their store where it has them. */
export function* answerAllocations(
  stores: Stores,
  set: SetSpec,
  question: AllocationQuestion,
): Generator<Allocation> {
  if (set.allocations !== 'full') return;
  const share = question.shareTenancyCosts ? tenancyShares(stores, set, question) : null;
  if (question.aggregate.length === 0) {
    for (const row of rowsOf(stores, set, question)) {
      const total = share ? finite(allocationTotal(row)) : 0;
      yield share
        ? { ...row, sharedCost: row.sharedCost + share(row.properties.cluster, total) }
        : row;
    }
  } else {
    for (const { row, weights } of aggregatesOf(stores, set, question)) {
      let shared = 0;
      if (share) for (const [cluster, weight] of weights) shared += share(cluster, weight);
      const own = question.reconcile ? row : unreconciled(row);
      yield share ? { ...own, sharedCost: own.sharedCost + shared } : own;
    }
  }
  if (question.idle) yield* idleRows(stores, set, question);
}

function* rowsOf(
  stores: Stores,
  set: SetSpec,
  question: AllocationQuestion,
): Generator<Allocation> {
  const spread = question.idle && question.shareIdle ? idleShares(stores, set, question) : null;
  for (const stored of stores.allocations(set)) {
    if (question.filter && !question.filter(stored.properties)) continue;
    const row = question.reconcile ? stored : unreconciled(stored);
    yield spread ? spread(row) : row;
  }
}

function aggregatesOf(stores: Stores, set: SetSpec, question: AllocationQuestion) {
  const keys = question.aggregate.map(({ key }) => key);
  const fromStore = question.filter === null && !(question.idle && question.shareIdle);
  return fromStore
    ? stores
        .allocationsBy(
          set,
          question.aggregate.map(({ property }) => property),
          keys,
        )
        .values()
    : aggregate(rowsOf(stores, set, question), keys).values();
}

/** The part of its cluster's tenancy that a row or an aggregate bears, by what it costs there. */
function tenancyShares(
  stores: Stores,
  set: SetSpec,
  question: AllocationQuestion,
): (cluster: string, cost: number) => number {
  const weights = new Map<string, { cost: number; count: number }>();
  const add = (cluster: string, cost: number) => {
    const weight = weights.get(cluster) ?? { cost: 0, count: 0 };
    weight.cost += cost;
    weight.count += 1;
    weights.set(cluster, weight);
  };
  const everything = { ...question, filter: null };
  if (question.aggregate.length === 0) {
    for (const row of rowsOf(stores, set, everything))
      add(row.properties.cluster, finite(allocationTotal(row)));
  } else {
    for (const aggregated of aggregatesOf(stores, set, everything)) {
      for (const [cluster, cost] of aggregated.weights) add(cluster, cost);
    }
  }
  const tenancy = stores.tenancy(set, question.reconcile);
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

/** Gives a row its part of the idle of its node or cluster, resource by resource. */
function idleShares(
  stores: Stores,
  set: SetSpec,
  { idleByNode, reconcile }: AllocationQuestion,
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

function* idleRows(
  stores: Stores,
  set: SetSpec,
  question: AllocationQuestion,
): Generator<Allocation> {
  const used = stores.allocationTotals(set);
  let rows = stores.idle(set, question.idleByNode, question.reconcile);
  if (question.shareIdle) rows = rows.map((row) => withoutShared(row, used, question.idleByNode));
  const { filter } = question;
  if (filter) rows = rows.filter(({ properties }) => filter(properties));
  if (question.shareIdle) rows = rows.filter((row) => allocationTotal(row) !== 0);
  if (question.splitIdle) yield* rows;
  else {
    const [first, ...others] = rows;
    if (!first) return;
    const all = copy(first, idleSuffix);
    for (const row of others) addTo(all, row);
    yield all;
  }
}

/** What nothing was there to bear: the resource has idle and no allocation. */
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

/** Several sets as one: rows of the same name added up. */
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

import { type AllocationRow, type AssetRow, type BillRow, isResidue } from '../costs/rows.ts';
import { Sum } from '../costs/sum.ts';
import { isVirtualNode } from '../costs/virtual-nodes.ts';
import type { Span } from '../time.ts';

/** A node on one day; costs in the server's currency. */
export interface NodeCost {
  readonly name: string;
  /** Total cost, adjustment included; NaN where the server has none. */
  readonly cost: number;
  readonly adjustment: number;
}

/** The nodes of one cluster and provider on one day. */
export interface NodeGroup {
  readonly cluster: string;
  readonly provider: string;
  /** By provider ID in lower case, as Kubecost joins them with bills; by name after a line feed without one. */
  readonly nodes: Map<string, NodeCost>;
  /** Number of virtual nodes, which no bill has a line for. */
  virtual: number;
}

/** Total of the allocations on a node, requested with and without reconciliation. */
export interface AllocationTotals {
  reconciled: number;
  unreconciled: number;
}

/** Latest events of one store about a day, as RFC 3339 times; null where there is none. */
export interface StoreEvents {
  reconciled: string | null;
  error: string | null;
}

/** The facts about one UTC day, collected row by row. */
export class DayEvidence {
  readonly day: Span;
  readonly groups = new Map<string, NodeGroup>();
  /** Cost of all assets and of all bill lines. */
  assetTotal = new Sum();
  billTotal = new Sum();
  /** Cost of the Compute lines by provider ID in lower case; null where the server has no cloud costs. */
  bills: Map<string, number> | null = null;
  /** Clusters with a Network asset, which exists only after reconciliation. */
  readonly networkAssets = new Set<string>();
  /** By `cluster/node`. */
  readonly allocations = new Map<string, AllocationTotals>();
  /** By store: `asset`, `allocation`. */
  readonly events = new Map<string, StoreEvents>();
  /** Why the event log could not be read; null where it was, or the server has none. */
  eventsFailure: string | null = null;
  /** Why the assets are unknown; null where they were answered. */
  assetsFailure: string | null = null;
  /** Why the bill is unknown; null where it was answered or does not exist. */
  billsFailure: string | null = null;
  /** Why the allocations are unknown; null where they were answered or not needed. */
  allocationsFailure: string | null = null;

  constructor(day: Span) {
    this.day = day;
  }

  /** Forgets the assets of an attempt that failed. */
  clearAssets(): void {
    this.groups.clear();
    this.networkAssets.clear();
    this.assetTotal = new Sum();
  }

  addAsset(row: AssetRow): void {
    const { cluster, provider, providerID, name } = row.identity;
    this.assetTotal.add(row.totalCost);
    if (row.type === 'Network') this.networkAssets.add(cluster);
    if (row.type !== 'Node' || isResidue(row)) return;
    const group = this.addCluster(cluster, provider);
    if (isVirtualNode(name)) {
      group.virtual++;
      return;
    }
    const id = providerID === '' ? `\n${name}` : providerID.toLowerCase();
    // hourly sets repeat a node
    const known = group.nodes.get(id);
    group.nodes.set(id, {
      name,
      cost: (known?.cost ?? 0) + row.totalCost,
      adjustment: (known?.adjustment ?? 0) + row.adjustment,
    });
  }

  /** The group of a cluster's nodes; new and empty where it is not known. */
  addCluster(cluster: string, provider = ''): NodeGroup {
    const key = `${cluster}\n${provider}`;
    const group = this.groups.get(key) ?? { cluster, provider, nodes: new Map(), virtual: 0 };
    this.groups.set(key, group);
    return group;
  }

  /** Forgets the bill lines of an attempt that failed. */
  clearBills(): void {
    this.bills = new Map();
    this.billTotal = new Sum();
  }

  addBill({ providerID, category, cost }: BillRow): void {
    this.bills ??= new Map();
    this.billTotal.add(cost);
    if (category !== 'Compute') return;
    const id = providerID.toLowerCase();
    this.bills.set(id, (this.bills.get(id) ?? 0) + cost);
  }

  /** Forgets the allocations of an attempt that failed. */
  clearAllocations(side: keyof AllocationTotals): void {
    for (const totals of this.allocations.values()) totals[side] = 0;
  }

  addAllocation(
    row: Pick<AllocationRow, 'cluster' | 'node' | 'totalCost'>,
    side: keyof AllocationTotals,
  ): void {
    const key = `${row.cluster}/${row.node}`;
    const totals = this.allocations.get(key) ?? { reconciled: 0, unreconciled: 0 };
    totals[side] += row.totalCost;
    this.allocations.set(key, totals);
  }

  addEvent(store: string, step: keyof StoreEvents, time: string): void {
    const known = this.events.get(store) ?? { reconciled: null, error: null };
    if ((known[step] ?? '') < time) known[step] = time;
    this.events.set(store, known);
  }
}

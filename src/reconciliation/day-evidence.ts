import type { AssetRow, BillRow } from '../costs/rows.ts';
import type { Span } from '../time.ts';

/** The nodes of one cluster and provider on one day. Costs in the server's currency. */
export interface NodeGroup {
  readonly cluster: string;
  readonly provider: string;
  /** By provider ID in lower case, as Kubecost matches them with bills; `''` where a node has none. */
  readonly nodes: Map<string, { cost: number; adjustment: number }>;
}

/** Totals of a cluster's allocations, asked with and without reconciliation. */
export interface AllocationTotals {
  readonly reconciled: number;
  readonly unreconciled: number;
}

/** What the stores say of one day; filled while the answers stream in. */
export class DayEvidence {
  readonly day: Span;
  readonly groups = new Map<string, NodeGroup>();
  /** Cost of the Compute lines by provider ID in lower case; null where the bills were not answered. */
  bills: Map<string, number> | null = null;
  /** Network assets, which exist only after reconciliation, by cluster. */
  readonly networkAssets = new Set<string>();
  readonly allocations = new Map<string, AllocationTotals>();
  /** Why the day cannot be told; null where it can. */
  unavailable: string | null = null;

  constructor(day: Span) {
    this.day = day;
  }

  addAsset(row: AssetRow): void {
    const { cluster, provider, providerID } = row.identity;
    if (row.type === 'Network') this.networkAssets.add(cluster);
    if (row.type !== 'Node') return;
    const key = `${cluster}\n${provider}`;
    const group = this.groups.get(key) ?? { cluster, provider, nodes: new Map() };
    this.groups.set(key, group);
    const id = providerID.toLowerCase();
    const known = group.nodes.get(id);
    group.nodes.set(id, {
      cost: (known?.cost ?? 0) + row.totalCost,
      adjustment: (known?.adjustment ?? 0) + row.adjustment,
    });
  }

  addBill({ providerID, category, cost }: BillRow): void {
    this.bills ??= new Map();
    if (category !== 'Compute') return;
    const id = providerID.toLowerCase();
    this.bills.set(id, (this.bills.get(id) ?? 0) + cost);
  }
}

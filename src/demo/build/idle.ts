import { type Allocation, idleSuffix, makeAllocation, noProperties } from './allocation.ts';
import type { SetSpec } from './spec.ts';
import { type AllocationTotals, type AssetTotals, resources, type Totals } from './totals.ts';

export interface IdleOptions {
  readonly byNode: boolean;
  readonly reconcile: boolean;
  /** Whether negative idle becomes 0 (OpenCost 1.118 and later). */
  readonly clamp: boolean;
}

/**
 * Idle rows of every node or cluster with assets: asset totals minus allocation totals, for CPU, GPU
 * and RAM.
 */
export function idleAllocations(
  assets: Totals<AssetTotals>,
  allocations: Totals<AllocationTotals>,
  spec: SetSpec,
  { byNode, reconcile, clamp }: IdleOptions,
): Allocation[] {
  const idle: Allocation[] = [];
  const used = byNode ? allocations.byNode : allocations.byCluster;
  for (const [key, paid] of byNode ? assets.byNode : assets.byCluster) {
    if (paid.cluster === '') continue;
    const { cluster, node, providerID } = paid;
    const row = makeAllocation(
      `${node || cluster}/${idleSuffix}`,
      { ...noProperties, cluster, node, providerID },
      spec.data,
    );
    const taken = used.get(key);
    for (const resource of resources) {
      const cost = of(paid[resource], reconcile) - (taken ? of(taken[resource], reconcile) : 0);
      row[`${resource}Cost`] = clamp ? Math.max(0, cost) : cost;
    }
    idle.push(row);
  }
  return idle;
}

function of(money: { cost: number; adjustment: number }, reconcile: boolean): number {
  return reconcile ? money.cost + money.adjustment : money.cost;
}

/** Tenancy costs by cluster: cluster management and attached disks. */
export function tenancyCosts(assets: Totals<AssetTotals>, reconcile: boolean): Map<string, number> {
  return new Map(
    [...assets.byCluster]
      .filter(([cluster]) => cluster !== '')
      .map(([cluster, t]) => [
        cluster,
        of(t.clusterManagement, reconcile) + of(t.attachedVolume, reconcile),
      ]),
  );
}

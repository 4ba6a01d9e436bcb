import { plus } from '../../costs/approximation.ts';
import type { AllocationTotals } from './allocation-sums.ts';
import type { AssetCosts } from './asset-sums.ts';

/**
 * Why no cluster may be complete: rows that name no cluster and cost something, in one store only, could
 * belong to any. Null where no row or both stores lack the cluster.
 */
export function costsWithoutCluster(
  assets: AssetCosts | undefined,
  { withoutCluster }: Pick<AllocationTotals, 'withoutCluster'>,
): string | null {
  const paid = assets ? plus(...Object.values(assets)).value : 0;
  const used = withoutCluster.cost.value;
  if ((paid === 0) === (withoutCluster.rows === 0)) return null;
  return paid === 0
    ? `${used.toFixed(2)} of allocations name no cluster, and could belong to any`
    : `${paid.toFixed(2)} of assets name no cluster, and could belong to any`;
}

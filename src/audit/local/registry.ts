import type { AuditType } from '../types.ts';
import { allocationAggStore } from './allocation-agg-store.ts';
import { allocationReconciliation } from './allocation-reconciliation.ts';
import { allocationTotalStore } from './allocation-total-store.ts';
import { assetAggStore } from './asset-agg-store.ts';
import { assetReconciliation } from './asset-reconciliation.ts';
import { assetTotalStore } from './asset-total-store.ts';
import type { LocalAudit } from './audit.ts';
import { checkAllocationSum } from './check-allocation-sum.ts';
import { checkAssetSum } from './check-asset-sum.ts';
import { checkDuplicate } from './check-duplicate.ts';
import { checkMissingWindow } from './check-missing-window.ts';
import { checkNegativeCost } from './check-negative-cost.ts';
import { checkNullCost } from './check-null-cost.ts';
import { checkOverAllocation } from './check-over-allocation.ts';
import { checkRowWindow } from './check-row-window.ts';
import { checkSummary } from './check-summary.ts';
import { clusterEquality } from './cluster-equality.ts';

/** What the local engine computes. */
export const localAudits: Readonly<Record<AuditType, LocalAudit>> = {
  AuditAllocationReconciliation: allocationReconciliation,
  AuditAllocationTotalStore: allocationTotalStore,
  AuditAllocationAggStore: allocationAggStore,
  AuditAssetReconciliation: assetReconciliation,
  AuditAssetTotalStore: assetTotalStore,
  AuditAssetAggStore: assetAggStore,
  AuditClusterEquality: clusterEquality,
  CheckAllocationSum: checkAllocationSum,
  CheckAssetSum: checkAssetSum,
  CheckNullCost: checkNullCost,
  CheckRowWindow: checkRowWindow,
  CheckDuplicate: checkDuplicate,
  CheckOverAllocation: checkOverAllocation,
  CheckNegativeCost: checkNegativeCost,
  CheckMissingWindow: checkMissingWindow,
  CheckSummary: checkSummary,
};

import type { AuditType } from '../../types.ts';
import type { LocalAudit } from '../audit.ts';
import { allocationAggStore } from './allocation-agg-store.ts';
import { allocationReconciliation } from './allocation-reconciliation.ts';
import { checkAllocationSum } from './allocation-sum.ts';
import { allocationTotalStore } from './allocation-total-store.ts';
import { assetAggStore } from './asset-agg-store.ts';
import { assetReconciliation } from './asset-reconciliation.ts';
import { checkAssetSum } from './asset-sum.ts';
import { assetTotalStore } from './asset-total-store.ts';
import { clusterEquality } from './cluster-equality.ts';
import { checkDuplicate } from './duplicate.ts';
import { checkMissingWindow } from './missing-window.ts';
import { checkNegativeCost } from './negative-cost.ts';
import { checkNodeRecord } from './node-record.ts';
import { checkNullCost } from './null-cost.ts';
import { checkOverAllocation } from './over-allocation.ts';
import { checkRowWindow } from './row-window.ts';
import { checkSummary } from './summary.ts';

/** Every audit and check of the local engine, by its type. */
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
  CheckNodeRecord: checkNodeRecord,
  CheckNegativeCost: checkNegativeCost,
  CheckMissingWindow: checkMissingWindow,
  CheckSummary: checkSummary,
};

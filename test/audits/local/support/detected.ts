import type { AuditType } from '../../../../src/audits/types.ts';
import type { FaultInfo } from '../../../../src/demo/fault-info.ts';
import { faults } from '../../../../src/demo/faults.ts';
import type { ProductVariantName } from '../../../../src/demo/variants.ts';

type Noticing = { kubecost?: readonly string[] } & Partial<
  Record<ProductVariantName, readonly string[]>
>;

const failed = (...types: string[]) => types.map((type) => `${type} Failed`);
const warned = (...types: string[]) => types.map((type) => `${type} Warning`);

const renamed = [...warned('AuditAllocationReconciliation'), ...failed('AuditClusterEquality')];
const misfiled = [...renamed, ...failed('CheckNodeRecord', 'CheckMissingWindow')];

/** docs/audits.md, "Which audits detect what": what each finds, on every Kubecost or on one face. */
const noticing = {
  'price-drift': {
    kubecost: failed('AuditAllocationReconciliation'),
    opencost: failed('AuditAllocationReconciliation'),
  },
  'lost-disk': {
    kubecost: failed('AuditClusterEquality'),
    opencost: failed('AuditClusterEquality'),
  },
  'lost-node': {
    kubecost: [...warned('AuditAllocationReconciliation'), ...failed('AuditClusterEquality')],
    opencost: [...warned('AuditAllocationReconciliation'), ...failed('AuditClusterEquality')],
  },
  'over-allocated': {
    kubecost: warned('CheckOverAllocation'),
    'kubecost-3': warned('AuditClusterEquality', 'CheckOverAllocation'),
    opencost: warned('AuditClusterEquality', 'CheckOverAllocation'),
  },
  'absurd-request': {
    kubecost: failed('CheckOverAllocation'),
    'kubecost-3': failed('AuditClusterEquality', 'CheckOverAllocation'),
    opencost: failed('AuditClusterEquality', 'CheckOverAllocation'),
  },
  'stale-allocation-total': {
    kubecost: failed('AuditAllocationTotalStore', 'AuditClusterEquality'),
  },
  'stale-asset-total': {
    kubecost: failed('AuditAllocationTotalStore', 'AuditAssetTotalStore', 'AuditClusterEquality'),
  },
  'stale-allocation-agg': {
    kubecost: failed('AuditAllocationAggStore', 'AuditClusterEquality'),
    opencost: failed('AuditAllocationAggStore'),
  },
  'stale-asset-agg': { kubecost: failed('AuditAssetAggStore') },
  'bill-mismatch': { kubecost: failed('AuditAssetReconciliation') },
  'half-bill': { kubecost: warned('AuditAssetReconciliation') },
  'double-count': { kubecost: failed('CheckDuplicate'), opencost: failed('CheckDuplicate') },
  'reconcile-error': {
    kubecost: failed('AuditAllocationReconciliation', 'AuditClusterEquality'),
  },
  nan: { kubecost: failed('CheckNullCost'), opencost: failed('CheckNullCost') },
  gap: { kubecost: failed('CheckMissingWindow'), opencost: failed('CheckMissingWindow') },
  empty: { kubecost: failed('CheckMissingWindow'), opencost: failed('CheckMissingWindow') },
  'no-samples': { kubecost: failed('CheckMissingWindow'), opencost: failed('CheckMissingWindow') },
  'samples-stop': {
    kubecost: failed('CheckMissingWindow'),
    opencost: failed('CheckMissingWindow'),
  },
  'prices-stop': { kubecost: failed('CheckNodeRecord'), opencost: failed('CheckNodeRecord') },
  'compute-error': {
    kubecost: failed('CheckMissingWindow'),
    opencost: failed('CheckMissingWindow'),
  },
  'pods-missing': {
    kubecost: failed('CheckMissingWindow'),
    opencost: failed('CheckMissingWindow'),
  },
  'duplicate-node': { kubecost: failed('CheckDuplicate'), opencost: failed('CheckDuplicate') },
  'cluster-typo': { kubecost: misfiled, opencost: misfiled },
  'all-free': { kubecost: warned('CheckNodeRecord'), opencost: warned('CheckNodeRecord') },
  'discount-missing': {
    kubecost: failed('AuditAllocationReconciliation'),
    opencost: failed('AuditAllocationReconciliation'),
  },
  'node-renamed': { kubecost: renamed, opencost: renamed },
} satisfies Record<string, Noticing>;

export type NoticedFault = keyof typeof noticing;
export const noticedFaults = Object.keys(noticing) as NoticedFault[]; // keys() forgets which

/** The audits with a finding on the day of a fault, as `AuditClusterEquality Failed`, in order. */
export function noticed(fault: NoticedFault, as: ProductVariantName): readonly string[] {
  const by: Noticing = noticing[fault];
  if (as.startsWith('opencost')) return by.opencost ?? [];
  return by[as] ?? by.kubecost ?? [];
}

/** Whether an audit finds a fault only where the workloads of a node use more than is left of it. */
export function isPossible(type: AuditType, fault: NoticedFault): boolean {
  const { possibly }: FaultInfo['detectedBy'] = faults[fault].detectedBy;
  return possibly.includes(type);
}

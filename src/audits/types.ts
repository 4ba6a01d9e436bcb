/** The words of docs/audits.md: what the audits are called, on the wire, on the command line and in text. */

export const statuses = ['Passed', 'Warning', 'Failed', 'Skipped', 'NotRun'] as const;
export type Status = (typeof statuses)[number];

/** Failed over Skipped over Warning over Passed; an audit that never ran has not passed. */
const severity: Readonly<Record<Status, number>> = {
  Failed: 4,
  Skipped: 3,
  Warning: 2,
  NotRun: 1,
  Passed: 0,
};

/** The worse of two statuses. */
export function worse(a: Status, b: Status): Status {
  return severity[a] >= severity[b] ? a : b;
}

/** From which status on an audit fails its gate. */
export const failOns = ['failed', 'warning', 'never'] as const;
export type FailOn = (typeof failOns)[number];

export interface AuditTypeInfo {
  /** What people type instead of the name. */
  readonly short: string;
  /** The two lines of a table head. */
  readonly head: readonly [string, string];
  /** The field of an AuditSet; null where no server returns it. */
  readonly field: string | null;
  /** What the parts of a difference's key are. */
  readonly keys: readonly string[];
  readonly description: string;
}

/** The seven audits and the store checks, in the order in which everything lists them. */
export const auditTypes = {
  AuditAllocationReconciliation: {
    short: 'allocation-reconciliation',
    head: ['Allocation', 'reconciliation'],
    field: 'allocationReconciliation',
    keys: ['node', 'resource'],
    description: 'allocations cost what their share of the node costs, for CPU, GPU and RAM',
  },
  AuditAllocationTotalStore: {
    short: 'allocation-total-store',
    head: ['Allocation', 'totals'],
    field: 'allocationTotal',
    keys: ['node or cluster', 'name'],
    description: 'the allocation total store equals the sum of the allocations',
  },
  AuditAllocationAggStore: {
    short: 'allocation-agg-store',
    head: ['Allocation', 'aggregates'],
    field: 'allocationAgg',
    keys: ['property', 'key'],
    description: 'the allocation aggregate store equals the allocations aggregated anew',
  },
  AuditAssetReconciliation: {
    short: 'asset-reconciliation',
    head: ['Asset', 'reconciliation'],
    field: 'assetReconciliation',
    keys: ['providerID', 'category'],
    description: 'assets have the same total cost as the bill of their providerID',
  },
  AuditAssetTotalStore: {
    short: 'asset-total-store',
    head: ['Asset', 'totals'],
    field: 'assetTotal',
    keys: ['node or cluster', 'name'],
    description: 'the asset total store equals the sum of the assets',
  },
  AuditAssetAggStore: {
    short: 'asset-agg-store',
    head: ['Asset', 'aggregates'],
    field: null,
    keys: ['property', 'key'],
    description: 'the asset aggregate store equals the assets aggregated anew (local engine only)',
  },
  AuditClusterEquality: {
    short: 'cluster-equality',
    head: ['Cluster', 'equality'],
    field: 'clusterEquality',
    keys: ['cluster'],
    description: 'allocations with idle cost the same as the assets of their cluster',
  },
  CheckAllocationSum: {
    short: 'check-allocation-sum',
    head: ['Allocation', 'sums'],
    field: null,
    keys: ['row'],
    description: "an allocation's totalCost is the sum of its parts (local engine only)",
  },
  CheckAssetSum: {
    short: 'check-asset-sum',
    head: ['Asset', 'sums'],
    field: null,
    keys: ['row'],
    description: "a node's totalCost follows from its parts (local engine only)",
  },
  CheckNullCost: {
    short: 'check-null-cost',
    head: ['Null', 'costs'],
    field: null,
    keys: ['row', 'field'],
    description: 'no cost is null: NaN or infinite at the server (local engine only)',
  },
  CheckRowWindow: {
    short: 'check-row-window',
    head: ['Row', 'windows'],
    field: null,
    keys: ['row'],
    description: 'rows lie in their window, and last from start to end (local engine only)',
  },
  CheckDuplicate: {
    short: 'check-duplicate',
    head: ['Dupli-', 'cates'],
    field: null,
    keys: ['namespace/pod/container'],
    description: 'no container counts twice at one time (local engine only)',
  },
  CheckOverAllocation: {
    short: 'check-over-allocation',
    head: ['Over-', 'allocation'],
    field: null,
    keys: ['node', 'resource'],
    description: 'allocations cost no more than their node; a warning (local engine only)',
  },
  CheckNodeRecord: {
    short: 'check-node-record',
    head: ['Node', 'records'],
    field: null,
    keys: ['node', 'resource'],
    description:
      "a node's record agrees with its use: capacity, price, minutes, cluster (local engine only)",
  },
  CheckNegativeCost: {
    short: 'check-negative-cost',
    head: ['Negative', 'costs'],
    field: null,
    keys: ['row', 'field'],
    description: 'only idle and adjustments are below 0 (local engine only)',
  },
  CheckMissingWindow: {
    short: 'check-missing-window',
    head: ['Missing', 'windows'],
    field: null,
    keys: ['window'],
    description: 'no window without data lies between windows with data (local engine only)',
  },
  CheckSummary: {
    short: 'check-summary',
    head: ['Allocation', 'summary'],
    field: null,
    keys: ['key'],
    description: '/allocation/summary equals /allocation (local engine only)',
  },
} as const satisfies Record<string, AuditTypeInfo>;

export type AuditType = keyof typeof auditTypes;

export const auditTypeNames = Object.keys(auditTypes) as AuditType[];

/** The types a server can return, in order. */
export const serverAuditTypes = auditTypeNames.filter((type) => auditTypes[type].field !== null);

/** Both spellings of each type, its name and its short form, in lower case. */
export const auditTypeSpellings: ReadonlyMap<string, AuditType> = new Map(
  auditTypeNames.flatMap((type) => [
    [type.toLowerCase(), type],
    [auditTypes[type].short, type],
  ]),
);

/** First words of the description of an audit that was skipped because its window can still change. */
export const notSettled = 'not settled yet';

/** First words of the description of an audit that was skipped because the product lacks its data. */
export const notOffered = 'not offered by this product';

/** The words of AUDITS.md: what the audits are called, on the wire, on the command line and in text. */

export const statuses = ['Passed', 'Warning', 'Failed', 'Skipped', 'NotRun'] as const;
export type Status = (typeof statuses)[number];

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

/** The seven audits, in the order of AUDITS.md's table; everything that lists them follows it. */
export const auditTypes = {
  AuditAllocationReconciliation: {
    short: 'allocation-reconciliation',
    head: ['Allocation', 'reconcil.'],
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
    head: ['Asset', 'reconcil.'],
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

/** How the description of an audit begins that is skipped only because its bills can still come. */
export const notSettled = 'not settled yet';

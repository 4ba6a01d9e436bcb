/** What the audits read of the rows of the cost APIs; amounts in the server's currency. */

/** The costs of an allocation, as its fields are called. */
export const allocationCosts = [
  'cpuCost',
  'gpuCost',
  'ramCost',
  'pvCost',
  'networkCost',
  'loadBalancerCost',
  'sharedCost',
  'externalCost',
] as const;

export const allocationAdjustments = [
  'cpuCostAdjustment',
  'gpuCostAdjustment',
  'ramCostAdjustment',
  'pvCostAdjustment',
  'networkCostAdjustment',
  'loadBalancerCostAdjustment',
] as const;

export const allocationHours = ['cpuCoreHours', 'gpuHours', 'ramByteHours', 'pvByteHours'] as const;

export const allocationNumbers = [
  ...allocationCosts,
  ...allocationAdjustments,
  ...allocationHours,
  'totalCost',
  'minutes',
] as const;

export const allocationNames = [
  'cluster',
  'node',
  'namespace',
  'pod',
  'container',
  'controller',
  'controllerKind',
] as const;

type Numbers<Names extends readonly string[]> = { [Name in Names[number]]: number };
type Texts<Names extends readonly string[]> = { [Name in Names[number]]: string };

/** What a field of a row has in place of a number. */
export interface InvalidField {
  readonly field: string;
  readonly what: 'null' | 'missing';
}

interface AnyRow {
  /** Key of the row in its set. */
  readonly name: string;
  /** Milliseconds since 1970; not a number where the row has none. */
  readonly start: number;
  readonly end: number;
  /** Fields that should be numbers and are not; they are NaN in the row. */
  readonly lacks: readonly InvalidField[];
}

/** One row; the object may serve all rows in turn, so nothing may keep it. */
export interface AllocationRow
  extends AnyRow,
    Readonly<Numbers<typeof allocationNumbers>>,
    Readonly<Texts<typeof allocationNames>> {
  /** Whether it is behind a load balancer; true where the version does not say. */
  readonly balanced: boolean;
  /** The properties as the server has them, labels and services included. */
  properties(): unknown;
}

export const assetNames = [
  'cluster',
  'name',
  'providerID',
  'category',
  'provider',
  'account',
  'project',
] as const;

export const assetNumbers = ['totalCost', 'adjustment', 'minutes'] as const;

export const nodeNumbers = [
  'cpuCost',
  'ramCost',
  'gpuCost',
  'discount',
  'cpuCoreHours',
  'ramByteHours',
  'GPUHours',
] as const;

export interface AssetRow
  extends AnyRow,
    Readonly<Numbers<typeof assetNumbers>>,
    Readonly<Numbers<typeof nodeNumbers>> {
  /** Node, Disk, LoadBalancer, Network, ClusterManagement, Cloud, Shared; empty in a mixed aggregate. */
  readonly type: string;
  /** Each is empty where the asset has none. */
  readonly of: Readonly<Texts<typeof assetNames>>;
}

/** A row of an aggregate store. */
export interface AggregateRow {
  readonly name: string;
  /** NaN where the server has none. */
  readonly totalCost: number;
}

export interface BillRow {
  readonly providerID: string;
  readonly category: string;
  /** NaN where the server has none. */
  readonly cost: number;
}

/** A row of `/allocation/summary`: its costs include the adjustments. */
export interface SummaryRow {
  readonly name: string;
  /** The sum of its costs where the version prints no total; NaN where one is lacking. */
  readonly totalCost: number;
  /** How many printed numbers `totalCost` was added up from. */
  readonly printed: number;
}

export interface Topline {
  readonly totalCost: number;
}

const synthetic = /(^|\/)__(idle|unmounted)__$/;

/** Idle and unmounted rows have no part in what a node's allocations cost. */
export function isSynthetic(name: string): boolean {
  return name.endsWith('__') && synthetic.test(name);
}

export function isIdle(name: string): boolean {
  return name === '__idle__' || name.endsWith('/__idle__');
}

/** Rows of the cost APIs, as the audits read them; amounts in the server's currency. */

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

/** The parts of `networkCost`: the first three since 1.100, the others since 1.121. */
export const networkParts = [
  'networkCrossZoneCost',
  'networkCrossRegionCost',
  'networkInternetCost',
  'networkNatGatewayEgressCost',
  'networkNatGatewayIngressCost',
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

/** A field of a row that holds no number: null (NaN or infinite at the server) or nothing. */
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
  readonly minutes: number;
  readonly totalCost: number;
  /** Fields that should be numbers and are not; they are NaN in the row. */
  readonly invalidFields: readonly InvalidField[];
}

/** A persistent volume's part of an allocation. */
export interface AllocatedVolume {
  readonly cluster: string;
  readonly name: string;
  readonly cost: number;
  /** 0 also where the version does not print it. */
  readonly adjustment: number;
  readonly byteHours: number;
}

/** A load balancer's part of an allocation. */
export interface AllocatedLoadBalancer {
  readonly cluster: string;
  readonly namespace: string;
  readonly service: string;
  readonly cost: number;
  readonly adjustment: number;
}

/** The objects behind the costs of an allocation. */
export interface AllocationDetail {
  /** Empty where the allocation has none, or its version does not name it. */
  readonly providerID: string;
  readonly volumes: readonly AllocatedVolume[];
  readonly loadBalancers: readonly AllocatedLoadBalancer[];
}

/** What an asset says about itself besides its costs; empty where its version does not print it. */
export interface AssetDetail {
  readonly volumeName: string;
  readonly claimName: string;
  readonly claimNamespace: string;
  readonly nodeType: string;
  /** 1: a spot node. */
  readonly preemptible: number;
}

/** An allocation; one object may serve all rows in turn, so nothing may keep it. */
export interface AllocationRow
  extends AnyRow,
    Readonly<Numbers<typeof allocationNumbers>>,
    Readonly<Texts<typeof allocationNames>> {
  /** The sum of the parts of its networkCost; null where the version does not print them. */
  readonly networkParts: number | null;
  /** What its volumes cost without adjustments, one by one; null where they are not known. */
  readonly volumeCosts: readonly number[] | null;
  /** Whether a load balancer leads to it; true where the version does not say. */
  readonly hasLoadBalancer: boolean;
  /** The properties as the server prints them, labels and services included; null unless requested. */
  properties(): unknown;
  /** Its volumes and load balancers; null unless the sink is detailed. */
  detail(): AllocationDetail | null;
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
  readonly identity: Readonly<Texts<typeof assetNames>>;
  /** Names of its volume and type; null unless the sink is detailed. */
  detail(): AssetDetail | null;
}

/** The costs of a row as its response prints them, by the order of the fields' lists. */
export interface PrintedCosts {
  /** {@link allocationCosts}; NaN where one is null or missing. */
  readonly costs: Float64Array;
  /** {@link allocationAdjustments}; 0 where one is missing, or where the costs include them. */
  readonly adjustments: Float64Array;
  /** {@link allocationHours}; NaN where they are not known. */
  readonly hours: Float64Array;
  /** Bit i is set where the row prints cost i. */
  printed: number;
  /** Whether its load balancer cost of 0 may be a rounded one. */
  hasLoadBalancer: boolean;
}

/** The parts of an asset's cost, in the order of their bits in {@link AssetCosts}. */
export const assetCosts = ['cpuCost', 'ramCost', 'gpuCost', 'discount', 'adjustment'] as const;

/** What an asset, or a sum of assets, prints of the parts of its cost. */
export interface AssetCosts extends Readonly<Numbers<typeof assetCosts>> {
  /** Empty where a sum is of several types, which prints its adjustment alone. */
  readonly type: string;
  /** Whether it prints its adjustment; left out: it does, unless its type never does. */
  readonly isAdjusted?: boolean;
}

/** A row of an aggregate store. */
export interface AggregateRow {
  readonly name: string;
  /** NaN where the server has none. */
  readonly totalCost: number;
  /** Of an aggregate of allocations its cost components; null where they are not known. */
  readonly costs: PrintedCosts | null;
  /** Of an aggregate of assets likewise; NaN where a field is null. */
  readonly asset?: AssetCosts;
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
  /** The sum of its costs where the version prints no total; NaN where one is missing. */
  readonly totalCost: number;
  /** How many printed numbers `totalCost` was added up from. */
  readonly printed: number;
  /** Its cost components, adjustments included; null where they are not known. */
  readonly costs: PrintedCosts | null;
}

export interface Topline {
  readonly totalCost: number;
}

const synthetic = /(^|\/)__(idle|unmounted)__$/;

/** Rows of idle and of unmounted volumes; they have no part in what a node's allocations cost. */
export function isSynthetic(name: string): boolean {
  return name.endsWith('__') && synthetic.test(name);
}

/** Whether a row is the idle of a node, of a cluster or of all. */
export function isIdle(name: string): boolean {
  return name === '__idle__' || name.endsWith('/__idle__');
}

/** The longest that a row of leftover series lasts, in minutes. */
const residueMinutes = 5;

/**
 * Whether a row is what a stopped Prometheus leaves behind: series that were there a moment ago make
 * rows of a few minutes without a cost.
 */
export function isResidue({ minutes, totalCost }: Pick<AnyRow, 'minutes' | 'totalCost'>): boolean {
  return totalCost === 0 && minutes <= residueMinutes;
}

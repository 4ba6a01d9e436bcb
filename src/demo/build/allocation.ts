import { minute, type Span } from '../../time.ts';

/** Properties of an allocation; an empty text is an absent property. */
export interface AllocationProperties {
  readonly cluster: string;
  readonly node: string;
  readonly container: string;
  readonly controller: string;
  readonly controllerKind: string;
  readonly namespace: string;
  readonly pod: string;
  readonly services: readonly string[];
  readonly providerID: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

export const noProperties: AllocationProperties = {
  cluster: '',
  node: '',
  container: '',
  controller: '',
  controllerKind: '',
  namespace: '',
  pod: '',
  services: [],
  providerID: '',
  labels: {},
  annotations: {},
  namespaceLabels: {},
};

/** Additive fields of an allocation, unrounded; costs in dollars. */
export const amounts = [
  'cpuCoreHours',
  'cpuRequestHours',
  'cpuUsageHours',
  'cpuCost',
  'cpuCostAdjustment',
  'gpuHours',
  'gpuCost',
  'gpuCostAdjustment',
  'networkTransferBytes',
  'networkReceiveBytes',
  'networkCost',
  'networkCrossZoneCost',
  'networkCrossRegionCost',
  'networkInternetCost',
  'networkCostAdjustment',
  'loadBalancerCost',
  'loadBalancerCostAdjustment',
  'pvByteHours',
  'pvCost',
  'pvCostAdjustment',
  'ramByteHours',
  'ramRequestHours',
  'ramUsageHours',
  'ramCost',
  'ramCostAdjustment',
  'sharedCost',
  'externalCost',
] as const;
type Amount = (typeof amounts)[number];

export interface VolumeShare {
  readonly providerID: string;
  readonly byteHours: number;
  readonly cost: number;
  readonly adjustment: number;
}

export interface BalancerShare {
  readonly service: string;
  readonly cost: number;
  readonly adjustment: number;
  readonly hours: number;
  readonly private: boolean;
  readonly ip: string;
}

/** A row of an AllocationSet: one container, or a sum of several. */
export interface Allocation extends Record<Amount, number> {
  name: string;
  properties: AllocationProperties;
  start: number;
  end: number;
  pvs: Map<string, VolumeShare> | null;
  lbs: Map<string, BalancerShare> | null;
  /** Maximum usage, of a row for one container. */
  peak: { readonly cores: number; readonly ramBytes: number } | null;
}

/** An allocation of zeros; field by field, because a spread is ten times as slow. */
export function makeAllocation(
  name: string,
  properties: AllocationProperties,
  span: Span,
): Allocation {
  return {
    name,
    properties,
    start: span.start,
    end: span.end,
    cpuCoreHours: 0,
    cpuRequestHours: 0,
    cpuUsageHours: 0,
    cpuCost: 0,
    cpuCostAdjustment: 0,
    gpuHours: 0,
    gpuCost: 0,
    gpuCostAdjustment: 0,
    networkTransferBytes: 0,
    networkReceiveBytes: 0,
    networkCost: 0,
    networkCrossZoneCost: 0,
    networkCrossRegionCost: 0,
    networkInternetCost: 0,
    networkCostAdjustment: 0,
    loadBalancerCost: 0,
    loadBalancerCostAdjustment: 0,
    pvByteHours: 0,
    pvCost: 0,
    pvCostAdjustment: 0,
    ramByteHours: 0,
    ramRequestHours: 0,
    ramUsageHours: 0,
    ramCost: 0,
    ramCostAdjustment: 0,
    sharedCost: 0,
    externalCost: 0,
    pvs: null,
    lbs: null,
    peak: null,
  };
}

/** cpu + gpu + ram + pv + network + loadBalancer, each with its adjustment, + shared + external. */
export function allocationTotal(a: Allocation): number {
  return (
    a.cpuCost +
    a.cpuCostAdjustment +
    a.gpuCost +
    a.gpuCostAdjustment +
    a.ramCost +
    a.ramCostAdjustment +
    a.pvCost +
    a.pvCostAdjustment +
    a.networkCost +
    a.networkCostAdjustment +
    a.loadBalancerCost +
    a.loadBalancerCostAdjustment +
    a.sharedCost +
    a.externalCost
  );
}

export function minutesOf(span: Span): number {
  return (span.end - span.start) / minute;
}

export const idleSuffix = '__idle__';
export const unmountedSuffix = '__unmounted__';
export const unallocated = '__unallocated__';

export function isIdle(a: Allocation): boolean {
  return a.name === idleSuffix || a.name.endsWith(`/${idleSuffix}`);
}

/** The allocation without adjustments, as `reconcile=false` returns it. */
export function unreconciled(a: Allocation): Allocation {
  return {
    ...a,
    cpuCostAdjustment: 0,
    gpuCostAdjustment: 0,
    ramCostAdjustment: 0,
    pvCostAdjustment: 0,
    networkCostAdjustment: 0,
    loadBalancerCostAdjustment: 0,
  };
}

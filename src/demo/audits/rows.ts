import { copyCosts, noPrintedCosts } from '../../costs/components.ts';
import type {
  AggregateRow,
  AllocationDetail,
  AllocationRow,
  AssetDetail,
  AssetRow,
  BillRow,
  InvalidField,
} from '../../costs/rows.ts';
import { type Allocation, allocationTotal, minutesOf } from '../build/allocation.ts';
import { type Asset, assetKey, assetTotal } from '../build/asset.ts';
import type { BillLine } from '../build/bills.ts';

const nothing: readonly InvalidField[] = [];

/** A stored allocation as the audits read it; field by field, because a spread is ten times as slow. */
export function allocationRow(a: Allocation): AllocationRow {
  const p = a.properties;
  return {
    name: a.name,
    start: a.start,
    end: a.end,
    invalidFields: nothing,
    cpuCost: a.cpuCost,
    gpuCost: a.gpuCost,
    ramCost: a.ramCost,
    pvCost: a.pvCost,
    networkCost: a.networkCost,
    loadBalancerCost: a.loadBalancerCost,
    sharedCost: a.sharedCost,
    externalCost: a.externalCost,
    cpuCostAdjustment: a.cpuCostAdjustment,
    gpuCostAdjustment: a.gpuCostAdjustment,
    ramCostAdjustment: a.ramCostAdjustment,
    pvCostAdjustment: a.pvCostAdjustment,
    networkCostAdjustment: a.networkCostAdjustment,
    loadBalancerCostAdjustment: a.loadBalancerCostAdjustment,
    cpuCoreHours: a.cpuCoreHours,
    gpuHours: a.gpuHours,
    ramByteHours: a.ramByteHours,
    pvByteHours: a.pvByteHours,
    totalCost: allocationTotal(a),
    minutes: minutesOf(a),
    cluster: p.cluster,
    node: p.node,
    namespace: p.namespace,
    pod: p.pod,
    container: p.container,
    controller: p.controller,
    controllerKind: p.controllerKind,
    networkParts: a.networkCrossZoneCost + a.networkCrossRegionCost + a.networkInternetCost,
    volumeCosts: a.pvs === null ? null : [...a.pvs.values()].map(({ cost }) => cost),
    hasLoadBalancer: a.lbs !== null,
    properties: () => p,
    detail: () => allocationDetail(a),
  };
}

export function assetRow(asset: Asset): AssetRow {
  const { node } = asset;
  return {
    name: assetKey(asset),
    start: asset.start,
    end: asset.end,
    invalidFields: nothing,
    detail: () => assetDetail(asset),
    type: asset.type,
    identity: asset.properties,
    totalCost: assetTotal(asset),
    adjustment: asset.adjustment,
    minutes: minutesOf(asset),
    cpuCost: node?.cpuCost ?? 0,
    ramCost: node?.ramCost ?? 0,
    gpuCost: node?.gpuCost ?? 0,
    discount: node?.discount ?? 0,
    cpuCoreHours: node?.coreHours ?? 0,
    ramByteHours: node?.ramByteHours ?? 0,
    GPUHours: node?.gpuHours ?? 0,
  };
}

function allocationDetail({ pvs, lbs, properties }: Allocation): AllocationDetail {
  return {
    providerID: properties.providerID,
    volumes: [...(pvs ?? [])].map(([key, { cost, adjustment, byteHours }]) => {
      const at = key.indexOf(volumeName);
      const cluster = key.slice('cluster='.length, at);
      return { cluster, name: key.slice(at + volumeName.length), cost, adjustment, byteHours };
    }),
    loadBalancers: [...(lbs ?? [])].map(([key, { cost, adjustment }]) => {
      const [cluster = '', namespace = '', service = ''] = key.split('/');
      return { cluster, namespace, service, cost, adjustment };
    }),
  };
}

/** A volume is `cluster=<id>:name=<name>`. */
const volumeName = ':name=';

function assetDetail({ node, disk }: Asset): AssetDetail {
  return {
    volumeName: disk?.volumeName ?? '',
    claimName: disk?.claimName ?? '',
    claimNamespace: disk?.claimNamespace ?? '',
    nodeType: node?.nodeType ?? '',
    preemptible: node?.preemptible ?? 0,
  };
}

/** A row of an aggregate store: its key, total and components. */
export function allocationSumRow(allocation: Allocation): AggregateRow {
  const costs = copyCosts(allocationRow(allocation), noPrintedCosts());
  return { name: allocation.name, totalCost: allocationTotal(allocation), costs };
}

export function billRow({ providerID, category, amortizedNetCost }: BillLine): BillRow {
  return { providerID, category, cost: amortizedNetCost };
}

import { hour } from '../../time.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { dayOf, hours, overlap } from '../time.ts';
import { nodeBillRate } from '../world/bills.ts';
import type { Cluster } from '../world/clusters.ts';
import { Node } from '../world/nodes.ts';
import { type Asset, type AssetProperties, assetTotal } from './asset.ts';
import { lastPricedHour, misspelledCluster, secondProviderID } from './fault-names.ts';
import type { SetSpec } from './spec.ts';

/** The asset of a node in a set, as it is without any fault. */
export function nodeAsset(node: Node, spec: SetSpec): Asset {
  const { slot } = node;
  const { type } = slot;
  const alive = overlap(node, spec.data) ?? { start: spec.data.start, end: spec.data.start };
  const h = hours(alive);
  const ramBytes = type.ramGiB * 2 ** 30;
  const cpuCost = type.cores * h * slot.coreHour;
  const ramCost = type.ramGiB * h * slot.gibHour;
  const gpuCost = type.gpus * h * slot.gpuHour;
  const cost = (cpuCost + ramCost) * (1 - slot.discount) + gpuCost;
  return {
    type: 'Node',
    properties: inCluster(slot.cluster, 'Compute', node.name, node.providerID),
    labels: slot.cluster.labels,
    ...alive,
    cost,
    adjustment: spec.assetsReconciled ? cost * nodeBillRate(node, dayOf(alive.start)) - cost : 0,
    credit: 0,
    node: {
      nodeType: type.name,
      cores: type.cores,
      ramBytes,
      gpus: type.gpus,
      coreHours: type.cores * h,
      ramByteHours: ramBytes * h,
      gpuHours: type.gpus * h,
      cpuCost,
      ramCost,
      gpuCost,
      discount: slot.discount,
      preemptible: slot.spot ? 1 : 0,
    },
  };
}

/** Records of a node in the asset store: none, one or two, changed by faults. */
export function* storedNodeAssets(node: Node, spec: SetSpec, plan: FaultPlan): Generator<Asset> {
  const stored = storedNodeAsset(node, spec, plan);
  if (stored === null) return;
  yield stored;
  if (plan.amountOn('duplicate-node', spec, node.slot) === null) return;
  yield {
    ...stored,
    properties: { ...stored.properties, providerID: secondProviderID(node) },
  };
}

/** Number of records that `storedNodeAssets` yields. */
export function countNodeAssets(node: Node, spec: SetSpec, plan: FaultPlan): number {
  if (storedNodeAsset(node, spec, plan) === null) return 0;
  return plan.amountOn('duplicate-node', spec, node.slot) === null ? 1 : 2;
}

/** The record of a node in the asset store; null where a fault removed it. */
export function storedNodeAsset(node: Node, spec: SetSpec, plan: FaultPlan): Asset | null {
  const { slot } = node;
  const has = (name: Parameters<FaultPlan['amountOn']>[0]) =>
    plan.amountOn(name, spec, slot) !== null;
  if (has('lost-node')) return null;
  const recorded = has('prices-stop') ? endedEarly(node, spec) : nodeAsset(node, spec);
  const asset = recorded && has('half-bill') ? { ...recorded, adjustment: 0 } : recorded;
  if (asset === null || !has('cluster-typo')) return asset;
  const { properties } = asset;
  return {
    ...asset,
    properties: { ...properties, cluster: misspelledCluster(properties.cluster) },
  };
}

/** The asset until its prices stop; the bill, and so the reconciled cost, covers the whole day. */
function endedEarly(node: Node, spec: SetSpec): Asset | null {
  const end = dayOf(spec.data.start) + lastPricedHour * hour;
  const span = overlap(node, { start: node.start, end });
  if (!span || !overlap(span, spec.data)) return null;
  const asset = nodeAsset(new Node(node.slot, node.generation, span), spec);
  if (!spec.assetsReconciled) return asset;
  return { ...asset, adjustment: assetTotal(nodeAsset(node, spec)) - asset.cost };
}

/** Properties of an asset of a cluster. */
export function inCluster(
  cluster: Cluster,
  category: string,
  name: string,
  providerID: string,
): AssetProperties {
  return {
    category,
    provider: cluster.provider.name,
    account: cluster.account,
    project: cluster.project,
    service: 'Kubernetes',
    cluster: cluster.id,
    name,
    providerID,
  };
}

import type { Span } from '../../time.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { between, hash, hex } from '../random.ts';
import { dayOf, hours, overlap } from '../time.ts';
import type { Balancer } from '../world/balancers.ts';
import {
  balancerBillRate,
  bootDiskBillRate,
  networkBillRate,
  nodeBillRate,
  volumeBillRate,
} from '../world/bills.ts';
import type { Cluster } from '../world/clusters.ts';
import { type Node, type NodeSlot, nodesIn } from '../world/nodes.ts';
import { workloadOf } from '../world/pods.ts';
import { salt } from '../world/salt.ts';
import { type Volume, volumeCount, volumesOf } from '../world/volumes.ts';
import type { World } from '../world/world.ts';
import type { Asset, AssetProperties, AssetType } from './asset.ts';
import type { SetSpec } from './spec.ts';

/** Assets of a set as stored, cluster by cluster. */
export function* buildAssets(world: World, spec: SetSpec, plan: FaultPlan): Generator<Asset> {
  for (const cluster of world.clusters) {
    for (const slot of world.slots(cluster)) {
      for (const node of nodesIn(slot, spec.data)) {
        if (plan.amountOn('lost-node', spec, slot) === null) yield nodeAsset(node, spec);
        yield bootDiskAsset(node, spec);
      }
      for (const volume of volumesOf(slot)) {
        if (!plan.isLost(spec, volume)) yield volumeAsset(volume, spec);
      }
    }
    for (const balancer of world.balancers(cluster)) yield balancerAsset(balancer, spec);
    if (spec.assetsReconciled) yield networkAsset(world, cluster, spec);
    const management = managementAsset(cluster, spec);
    if (management.cost > 0) yield management;
    if (spec.assetsReconciled) yield* cloudAssets(cluster, spec);
  }
}

/** Number of assets and asset types of a set, without building it. */
export function countAssets(
  world: World,
  spec: SetSpec,
  plan: FaultPlan,
): { assets: number; assetTypes: number } {
  let count = 0;
  const types = new Set<AssetType>(['Node', 'Disk']);
  for (const cluster of world.clusters) {
    for (const slot of world.slots(cluster)) {
      const nodes = nodesIn(slot, spec.data).length;
      count += plan.amountOn('lost-node', spec, slot) === null ? 2 * nodes : nodes;
      count += volumeCount(slot) - lostVolumes(slot, spec, plan);
    }
    const balancers = world.balancers(cluster).length;
    count += balancers;
    if (balancers > 0) types.add('LoadBalancer');
    if (cluster.provider.managementHour > 0) {
      types.add('ClusterManagement');
      count += 1;
    }
    if (spec.assetsReconciled) {
      types.add('Network').add('Cloud');
      count += 1 + cloudCategories.length;
    }
  }
  return { assets: count, assetTypes: types.size };
}

function lostVolumes(slot: NodeSlot, spec: SetSpec, plan: FaultPlan): number {
  if (!plan.losesVolumes) return 0;
  return [...volumesOf(slot)].filter((volume) => plan.isLost(spec, volume)).length;
}

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

/** Boot disk of a node. It has the node's name, which makes it an attached disk. */
function bootDiskAsset(node: Node, spec: SetSpec): Asset {
  const alive = overlap(node, spec.data) ?? { start: spec.data.start, end: spec.data.start };
  const { cluster } = node.slot;
  const { bytes, providerID } = node.bootDisk;
  const cost = (bytes / 2 ** 30) * cluster.provider.diskHour * hours(alive);
  const rate = spec.assetsReconciled ? bootDiskBillRate(node, dayOf(alive.start)) : 1;
  return {
    type: 'Disk',
    properties: inCluster(cluster, 'Storage', node.name, providerID),
    labels: cluster.labels,
    ...alive,
    cost,
    adjustment: cost * rate - cost,
    credit: 0,
    disk: {
      bytes,
      byteHours: bytes * hours(alive),
      byteHoursUsed: bytes * hours(alive) * 0.31,
      byteUsageMax: null,
      storageClass: '__local__',
      volumeName: '',
      claimName: '',
      claimNamespace: '',
      local: true,
    },
  };
}

function volumeAsset(volume: Volume, spec: SetSpec): Asset {
  const { cluster } = volume.slot;
  const claim = workloadOf(volume.slot, volume.pod);
  const cost = volume.price * hours(spec.data);
  const rate = volumeRate(volume, spec);
  return {
    type: 'Disk',
    properties: inCluster(cluster, 'Storage', volume.name, volume.providerID),
    labels: cluster.labels,
    ...spec.data,
    cost,
    adjustment: cost * rate - cost,
    credit: 0,
    disk: {
      bytes: volume.bytes,
      byteHours: volume.bytes * hours(spec.data),
      byteHoursUsed: volume.bytes * hours(spec.data) * 0.42,
      byteUsageMax: Math.floor(volume.bytes * 0.47),
      storageClass: cluster.provider.storageClass,
      volumeName: volume.name,
      claimName: `data-${claim.name}-${volume.slot.firstPod + volume.pod}`,
      claimNamespace: claim.namespace,
      local: false,
    },
  };
}

/** Billed cost / list cost of a volume. */
export function volumeRate(volume: Volume, spec: SetSpec): number {
  return spec.assetsReconciled ? volumeBillRate(volume, dayOf(spec.data.start)) : 1;
}

export function balancerAsset(balancer: Balancer, spec: SetSpec): Asset {
  const { cluster, address } = balancer;
  const cost = balancer.price * hours(spec.data);
  const rate = spec.assetsReconciled
    ? balancerBillRate(cluster, balancer.index, dayOf(spec.data.start))
    : 1;
  return {
    type: 'LoadBalancer',
    properties: inCluster(cluster, 'Network', `${balancer.namespace}/${balancer.service}`, address),
    labels: cluster.labels,
    ...spec.data,
    cost,
    adjustment: cost * rate - cost,
    credit: 0,
    balancer: { private: balancer.private, ip: address },
  };
}

/** Network asset of a cluster; only reconciled sets have one, because traffic is known from the bill. */
function networkAsset(world: World, cluster: Cluster, spec: SetSpec): Asset {
  let cost = 0;
  for (const slot of world.slots(cluster)) {
    for (const node of nodesIn(slot, spec.data)) cost += networkCost(node, spec.data);
  }
  const providerID = `nat-${hex(cluster.seed)}`;
  return {
    type: 'Network',
    properties: inCluster(cluster, 'Network', `${cluster.id}-traffic`, providerID),
    labels: cluster.labels,
    ...spec.data,
    cost,
    adjustment: cost * networkBillRate(cluster, dayOf(spec.data.start)) - cost,
    credit: 0,
  };
}

/** List cost of the traffic of all pods of a node. */
export function networkCost(node: Node, window: Span): number {
  const alive = overlap(node, window);
  return alive === null ? 0 : node.slot.networkHour * hours(alive);
}

function managementAsset(cluster: Cluster, spec: SetSpec): Asset {
  return {
    type: 'ClusterManagement',
    properties: inCluster(cluster, 'Management', '', ''),
    labels: cluster.labels,
    ...spec.data,
    cost: cluster.provider.managementHour * hours(spec.data),
    adjustment: 0,
    credit: 0,
  };
}

const cloudCategories = ['Storage', 'Other'] as const;

/** Cloud costs of the account outside of the cluster. */
function* cloudAssets(cluster: Cluster, spec: SetSpec): Generator<Asset> {
  const properties = {
    provider: cluster.provider.name,
    account: cluster.account,
    project: cluster.project,
    cluster: '',
    name: '',
  };
  const day = dayOf(spec.data.start) / 86_400_000;
  for (const [index, category] of cloudCategories.entries()) {
    const h = hash(cluster.seed, salt.cloud, index);
    const cost = between(0.5, 9, h, day);
    yield {
      type: 'Cloud',
      properties: {
        ...properties,
        category,
        service: category === 'Storage' ? 'ObjectStorage' : 'Support',
        providerID: category === 'Storage' ? `backups-${hex(h)}` : `support-${hex(h)}`,
      },
      labels: {},
      ...spec.data,
      cost,
      adjustment: 0,
      credit: category === 'Other' ? -0.1 * cost : 0,
    };
  }
}

function inCluster(
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

import type { Span } from '../../time.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { between, hash, hex } from '../random.ts';
import { dayOf, hours, overlap } from '../time.ts';
import type { Balancer } from '../world/balancers.ts';
import {
  balancerBillRate,
  bootDiskBillRate,
  networkBillRate,
  volumeBillRate,
} from '../world/bills.ts';
import type { Cluster } from '../world/clusters.ts';
import { type Node, type NodeSlot, nodesIn } from '../world/nodes.ts';
import { workloadOf } from '../world/pods.ts';
import { salt } from '../world/salt.ts';
import { type Volume, volumeCount, volumesOf } from '../world/volumes.ts';
import type { World } from '../world/world.ts';
import type { Asset, AssetType } from './asset.ts';
import { countNodeAssets, inCluster, storedNodeAssets } from './node-asset.ts';
import { unsampledTime } from './sampling.ts';
import type { SetSpec } from './spec.ts';

/** Assets of a set as stored, cluster by cluster. */
export function* buildAssets(world: World, spec: SetSpec, plan: FaultPlan): Generator<Asset> {
  for (const cluster of world.clusters) {
    for (const slot of world.slots(cluster)) {
      for (const node of nodesIn(slot, spec.data)) {
        yield* storedNodeAssets(node, spec, plan);
        yield bootDiskAsset(node, spec);
      }
      for (const volume of volumesOf(slot)) {
        if (!plan.isLost(spec, volume)) yield volumeAsset(volume, spec);
      }
    }
    for (const balancer of world.balancers(cluster)) yield balancerAsset(balancer, spec);
    const hasTraffic = !plan.affectsCluster('pods-missing', spec, cluster);
    if (spec.assetsReconciled && hasTraffic) yield networkAsset(world, cluster, spec);
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
      for (const node of nodesIn(slot, spec.data)) {
        count += 1 + countNodeAssets(node, spec, plan);
      }
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
      types.add('Cloud');
      count += cloudCategories.length;
      if (!plan.affectsCluster('pods-missing', spec, cluster)) {
        types.add('Network');
        count += 1;
      }
    }
  }
  return { assets: count, assetTypes: types.size };
}

function lostVolumes(slot: NodeSlot, spec: SetSpec, plan: FaultPlan): number {
  if (!plan.losesVolumes) return 0;
  return [...volumesOf(slot)].filter((volume) => plan.isLost(spec, volume)).length;
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

/** Data span of a set without the time that sampling does not see. */
function sampledSpan(spec: SetSpec, seed: number): Span {
  return { start: spec.data.start + unsampledTime(spec, seed, 'assets'), end: spec.data.end };
}

function volumeAsset(volume: Volume, spec: SetSpec): Asset {
  const { cluster } = volume.slot;
  const claim = workloadOf(volume.slot, volume.pod);
  const span = sampledSpan(spec, volume.seed);
  const cost = volume.price * hours(span);
  const rate = volumeRate(volume, spec);
  return {
    type: 'Disk',
    properties: inCluster(cluster, 'Storage', volume.name, volume.providerID),
    labels: cluster.labels,
    ...span,
    cost,
    adjustment: cost * rate - cost,
    credit: 0,
    disk: {
      bytes: volume.bytes,
      byteHours: volume.bytes * hours(span),
      byteHoursUsed: volume.bytes * hours(span) * 0.42,
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
  const span = sampledSpan(spec, balancer.seed);
  const cost = balancer.price * hours(span);
  const rate = spec.assetsReconciled
    ? balancerBillRate(cluster, balancer.index, dayOf(spec.data.start))
    : 1;
  return {
    type: 'LoadBalancer',
    properties: inCluster(cluster, 'Network', `${balancer.namespace}/${balancer.service}`, address),
    labels: cluster.labels,
    ...span,
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

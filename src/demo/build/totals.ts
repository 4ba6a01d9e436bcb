import { type Allocation, isIdle } from './allocation.ts';
import { type Asset, adjustmentRate } from './asset.ts';

/** A cost and its reconciliation adjustment. */
export interface Money {
  cost: number;
  adjustment: number;
}

export const resources = ['cpu', 'gpu', 'ram'] as const;
type Resource = (typeof resources)[number];

/** Sums of the assets of a node or cluster (source: totals.go, ComputeAssetTotals). */
export interface AssetTotals extends Record<Resource, Money> {
  readonly cluster: string;
  /** Empty in the totals of a cluster. */
  readonly node: string;
  readonly providerID: string;
  attachedVolume: Money;
  persistentVolume: Money;
  loadBalancer: Money;
  clusterManagement: Money;
  network: Money;
  /** Cloud and shared assets, which belong to no cluster. */
  other: Money;
}

export interface AllocationTotals extends Record<Resource, Money> {
  readonly cluster: string;
  readonly node: string;
}

export interface Totals<T> {
  /** By `cluster/node`. */
  readonly byNode: Map<string, T>;
  readonly byCluster: Map<string, T>;
}

const nothing = (): Money => ({ cost: 0, adjustment: 0 });

function noAssets(cluster: string, node: string, providerID: string): AssetTotals {
  return {
    cluster,
    node,
    providerID,
    cpu: nothing(),
    gpu: nothing(),
    ram: nothing(),
    attachedVolume: nothing(),
    persistentVolume: nothing(),
    loadBalancer: nothing(),
    clusterManagement: nothing(),
    network: nothing(),
    other: nothing(),
  };
}

function add(to: Money, cost: number, adjustment: number): void {
  to.cost += cost;
  to.adjustment += adjustment;
}

/** A disk whose `cluster/name` equals a node's is attached, any other is a persistent volume. */
export function assetTotals(assets: Iterable<Asset>): Totals<AssetTotals> {
  const byNode = new Map<string, AssetTotals>();
  const byCluster = new Map<string, AssetTotals>();
  const ofCluster = (cluster: string) => entry(byCluster, cluster, () => noAssets(cluster, '', ''));
  const disks: Asset[] = [];
  for (const asset of assets) {
    const { cluster, name, providerID } = asset.properties;
    const totals = ofCluster(cluster);
    if (asset.type === 'Node' && asset.node) {
      const own = entry(byNode, `${cluster}/${name}`, () => noAssets(cluster, name, providerID));
      const rate = adjustmentRate(asset);
      const paid = 1 - asset.node.discount;
      for (const to of [own, totals]) {
        add(to.cpu, asset.node.cpuCost * paid, asset.node.cpuCost * paid * (rate - 1));
        add(to.ram, asset.node.ramCost * paid, asset.node.ramCost * paid * (rate - 1));
        add(to.gpu, asset.node.gpuCost, asset.node.gpuCost * (rate - 1));
      }
    } else if (asset.type === 'Disk') disks.push(asset);
    else if (asset.type === 'LoadBalancer') add(totals.loadBalancer, asset.cost, asset.adjustment);
    else if (asset.type === 'Network') add(totals.network, asset.cost, asset.adjustment);
    else if (asset.type === 'ClusterManagement') {
      add(totals.clusterManagement, asset.cost, asset.adjustment);
    } else add(totals.other, asset.cost + asset.credit, asset.adjustment);
  }
  for (const disk of disks) {
    const { cluster, name } = disk.properties;
    const node = byNode.get(`${cluster}/${name}`);
    const totals = ofCluster(cluster);
    if (node) add(node.attachedVolume, disk.cost, disk.adjustment);
    add(node ? totals.attachedVolume : totals.persistentVolume, disk.cost, disk.adjustment);
  }
  return { byNode, byCluster };
}

export function assetTotalsSum(totals: AssetTotals): number {
  let sum = 0;
  for (const part of amountsOf(totals)) sum += part.cost + part.adjustment;
  return sum;
}

/** Every amount of some totals, by reference. */
export function amountsOf(totals: AssetTotals): Money[] {
  const { cpu, gpu, ram, attachedVolume, persistentVolume, loadBalancer } = totals;
  const { clusterManagement, network, other } = totals;
  return [
    cpu,
    gpu,
    ram,
    attachedVolume,
    persistentVolume,
    loadBalancer,
    clusterManagement,
    network,
    other,
  ];
}

export function allocationTotals(allocations: Iterable<Allocation>): Totals<AllocationTotals> {
  const byNode = new Map<string, AllocationTotals>();
  const byCluster = new Map<string, AllocationTotals>();
  let last = { cluster: '', node: '', to: [] as AllocationTotals[] };
  for (const a of allocations) {
    if (isIdle(a)) continue;
    const { cluster, node } = a.properties;
    // Rows come node by node: one lookup per node.
    if (last.to.length === 0 || last.node !== node || last.cluster !== cluster) {
      const own = entry(byNode, `${cluster}/${node}`, () => noAllocations(cluster, node));
      const all = entry(byCluster, cluster, () => noAllocations(cluster, ''));
      last = { cluster, node, to: [own, all] };
    }
    for (const to of last.to) {
      add(to.cpu, a.cpuCost, a.cpuCostAdjustment);
      add(to.gpu, a.gpuCost, a.gpuCostAdjustment);
      add(to.ram, a.ramCost, a.ramCostAdjustment);
    }
  }
  return { byNode, byCluster };
}

function noAllocations(cluster: string, node: string): AllocationTotals {
  return { cluster, node, cpu: nothing(), gpu: nothing(), ram: nothing() };
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

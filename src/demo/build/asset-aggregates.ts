import { type Asset, type AssetProperties, type AssetType, assetKey, assetTotal } from './asset.ts';

const undefinedKey = '__undefined__';

const keyOf = {
  type: (a: Asset) => a.type,
  category: (a: Asset) => a.properties.category,
  provider: (a: Asset) => a.properties.provider,
  account: (a: Asset) => a.properties.account,
  project: (a: Asset) => a.properties.project,
  service: (a: Asset) => a.properties.service,
  cluster: (a: Asset) => a.properties.cluster,
  name: (a: Asset) => a.properties.name,
  providerid: (a: Asset) => a.properties.providerID,
} as const;

export type AssetKeyOf = (asset: Asset) => string;

/** Key function of a property; null where assets have no such property. */
export function assetProperty(property: string): AssetKeyOf | null {
  if (property.startsWith('label:')) {
    const label = property.slice('label:'.length);
    return (a) => a.labels[label] ?? undefinedKey;
  }
  const wanted = property.toLowerCase();
  const known = Object.entries(keyOf).find(([key]) => key === wanted);
  return known ? (a) => known[1](a) || undefinedKey : null;
}

/** Sum of assets, with the properties that all of them share. */
export interface AssetSum extends Omit<Asset, 'type'> {
  /** Null for assets of several types. */
  readonly type: AssetType | null;
  readonly total: number;
}

export function aggregateAssets(
  assets: Iterable<Asset>,
  keys: readonly AssetKeyOf[],
): Map<string, AssetSum> {
  const result = new Map<string, AssetSum>();
  for (const asset of assets) {
    const name = keys.length === 0 ? assetKey(asset) : keys.map((key) => key(asset)).join('/');
    const one: AssetSum = { ...asset, total: assetTotal(asset) };
    const known = result.get(name);
    result.set(name, known ? addAssets(known, one) : one);
  }
  return result;
}

export function addAssets(a: AssetSum, b: AssetSum): AssetSum {
  const { node, disk, balancer, ...common } = a;
  const type = a.type === b.type ? a.type : null;
  const sum = {
    ...common,
    type,
    properties: sharedProperties(a.properties, b.properties),
    labels: a.labels === b.labels ? a.labels : {},
    start: Math.min(a.start, b.start),
    end: Math.max(a.end, b.end),
    cost: a.cost + b.cost,
    adjustment: a.adjustment + b.adjustment,
    credit: a.credit + b.credit,
    total: a.total + b.total,
  };
  if (type === 'Node' && node && b.node) return { ...sum, node: addNodes(node, b.node) };
  if (type === 'Disk' && disk && b.disk) return { ...sum, disk: addDisks(disk, b.disk) };
  if (type === 'LoadBalancer' && balancer) return { ...sum, balancer };
  return sum;
}

function addNodes(a: NonNullable<Asset['node']>, b: NonNullable<Asset['node']>) {
  const listed = (n: typeof a) => n.cpuCost + n.ramCost;
  const whole = listed(a) + listed(b);
  return {
    nodeType: a.nodeType === b.nodeType ? a.nodeType : '',
    cores: a.cores + b.cores,
    ramBytes: a.ramBytes + b.ramBytes,
    gpus: a.gpus + b.gpus,
    coreHours: a.coreHours + b.coreHours,
    ramByteHours: a.ramByteHours + b.ramByteHours,
    gpuHours: a.gpuHours + b.gpuHours,
    cpuCost: a.cpuCost + b.cpuCost,
    ramCost: a.ramCost + b.ramCost,
    gpuCost: a.gpuCost + b.gpuCost,
    discount: whole === 0 ? 0 : (a.discount * listed(a) + b.discount * listed(b)) / whole,
    preemptible: (a.preemptible + b.preemptible) / 2,
  };
}

function addDisks(a: NonNullable<Asset['disk']>, b: NonNullable<Asset['disk']>) {
  const same = (x: string, y: string) => (x === y ? x : '');
  return {
    bytes: a.bytes + b.bytes,
    byteHours: a.byteHours + b.byteHours,
    byteHoursUsed: a.byteHoursUsed + b.byteHoursUsed,
    byteUsageMax: null,
    storageClass: same(a.storageClass, b.storageClass),
    volumeName: same(a.volumeName, b.volumeName),
    claimName: same(a.claimName, b.claimName),
    claimNamespace: same(a.claimNamespace, b.claimNamespace),
    local: a.local && b.local,
  };
}

function sharedProperties(a: AssetProperties, b: AssetProperties): AssetProperties {
  const same = (x: string, y: string) => (x === y ? x : '');
  return {
    category: same(a.category, b.category),
    provider: same(a.provider, b.provider),
    account: same(a.account, b.account),
    project: same(a.project, b.project),
    service: same(a.service, b.service),
    cluster: same(a.cluster, b.cluster),
    name: same(a.name, b.name),
    providerID: same(a.providerID, b.providerID),
  };
}

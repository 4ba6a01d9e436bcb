import { hash, hex } from '../random.ts';

/** An instance type with list prices per hour; RAM per GiB. */
export interface NodeType {
  readonly name: string;
  readonly cores: number;
  readonly ramGiB: number;
  readonly gpus: number;
  readonly coreHour: number;
  readonly gibHour: number;
  readonly gpuHour: number;
}

export interface Provider {
  readonly name: string;
  readonly regions: readonly string[];
  readonly provisioner: string;
  /** The first is the most frequent; it has no GPU. */
  readonly nodeTypes: readonly NodeType[];
  readonly storageClass: string;
  /** Dollars per GiB and hour. */
  readonly diskHour: number;
  readonly balancerHour: number;
  readonly managementHour: number;
  account(h: number): string;
  project(h: number): string;
  /** `serial` and `generation` together are unique in a world. */
  nodeName(cluster: string, region: string, serial: number, generation: number): string;
  nodeID(name: string, account: string, h: number): string;
  /** Provider ID of the boot disk of a node. */
  bootDiskID(nodeID: string, h: number): string;
  volumeID(name: string, account: string, h: number): string;
  balancerAddress(h: number, region: string): string;
}

/** A type whose GPUs, memory and cores have the same price ratio as those of the other types. */
function type(
  name: string,
  { cores, ramGiB, gpus = 0 }: { cores: number; ramGiB: number; gpus?: number },
  coreHour: number,
): NodeType {
  return { name, cores, ramGiB, gpus, coreHour, gibHour: coreHour * 0.134, gpuHour: gpus && 0.526 };
}

function address(h: number): string {
  return `34.${h & 255}.${(h >>> 8) & 255}.${(h >>> 16) & 255}`;
}

const aws: Provider = {
  name: 'AWS',
  regions: ['us-east-2', 'eu-west-1'],
  provisioner: 'EKS',
  nodeTypes: [
    type('m5.xlarge', { cores: 4, ramGiB: 16 }, 0.031611),
    type('c6i.2xlarge', { cores: 8, ramGiB: 16 }, 0.0295),
    type('r5.large', { cores: 2, ramGiB: 16 }, 0.0352),
    type('m6i.4xlarge', { cores: 16, ramGiB: 64 }, 0.0318),
    type('g4dn.xlarge', { cores: 4, ramGiB: 16, gpus: 1 }, 0.0316),
  ],
  storageClass: 'gp3',
  diskHour: 0.08 / 730,
  balancerHour: 0.0225,
  managementHour: 0.1,
  account: (h) => String(100_000_000_000 + h),
  project: () => '',
  nodeName: (_cluster, region, serial, generation) =>
    `ip-10-${(serial >> 8) & 255}-${serial & 255}-${(generation * 7 + 11) & 255}.${region}.compute.internal`,
  nodeID: (_name, _account, h) => `i-0${hex(h)}${hex(hash(h, 1))}`,
  bootDiskID: (_id, h) => `vol-0${hex(hash(h, 2))}${hex(hash(h, 3))}`,
  volumeID: (_name, _account, h) => `vol-0${hex(h)}${hex(hash(h, 1))}`,
  balancerAddress: (h, region) => `a${hex(h)}-${h % 1_000_000_000}.${region}.elb.amazonaws.com`,
};

const gcp: Provider = {
  name: 'GCP',
  regions: ['us-central1', 'europe-west4'],
  provisioner: 'GKE',
  nodeTypes: [
    type('e2-standard-4', { cores: 4, ramGiB: 16 }, 0.02181159),
    type('n2-highmem-4', { cores: 4, ramGiB: 32 }, 0.0316),
    type('e2-standard-2', { cores: 2, ramGiB: 8 }, 0.02181159),
    type('n1-standard-8', { cores: 8, ramGiB: 30, gpus: 2 }, 0.031611),
  ],
  storageClass: 'standard-rwo',
  diskHour: 0.1 / 730,
  balancerHour: 0.025,
  managementHour: 0.1,
  account: (h) =>
    `01${hex(h).slice(0, 4).toUpperCase()}-${hex(hash(h, 1)).slice(0, 6).toUpperCase()}`,
  project: (h) => `guestbook-${h % 1_000_000}`,
  nodeName: (cluster, _region, serial, generation) =>
    `gke-${cluster}-pool-${serial % 3}-${hex(hash(serial, generation, 11))}-${hex(hash(serial, generation, 12)).slice(0, 4)}`,
  nodeID: (name) => name,
  bootDiskID: (nodeID) => nodeID,
  volumeID: (name) => name,
  balancerAddress: (h) => address(h),
};

const azure: Provider = {
  name: 'Azure',
  regions: ['westeurope', 'eastus2'],
  provisioner: 'AKS',
  nodeTypes: [
    type('Standard_D4s_v5', { cores: 4, ramGiB: 16 }, 0.0346),
    type('Standard_E4s_v5', { cores: 4, ramGiB: 32 }, 0.0411),
    type('Standard_D2as_v5', { cores: 2, ramGiB: 8 }, 0.0312),
  ],
  storageClass: 'managed-csi-premium',
  diskHour: 0.12 / 730,
  balancerHour: 0.025,
  managementHour: 0,
  account: (h) => `${hex(h)}-0000-4000-8000-${hex(hash(h, 1))}0000`,
  project: (h) => `mc-group-${h % 100}`,
  nodeName: (_cluster, _region, serial, generation) =>
    `aks-nodepool1-${String(serial).padStart(8, '0')}-vmss${generation.toString(36).padStart(6, '0')}`,
  nodeID: (name, account) =>
    `azure:///subscriptions/${account}/resourceGroups/mc-group/providers/Microsoft.Compute/virtualMachines/${name}`,
  bootDiskID: (nodeID) => nodeID.replace('/virtualMachines/', '/disks/'),
  volumeID: (name, account) =>
    `/subscriptions/${account}/resourceGroups/mc-group/providers/Microsoft.Compute/disks/${name}`,
  balancerAddress: (h) => address(h),
};

export const providers: readonly Provider[] = [aws, gcp, azure];

import { hash, pick } from '../random.ts';
import { type Provider, providers } from './providers.ts';
import { salt } from './salt.ts';
import { makeWorkloads, type Workloads } from './workloads.ts';

export interface Cluster {
  readonly index: number;
  readonly seed: number;
  readonly id: string;
  readonly provider: Provider;
  readonly region: string;
  readonly account: string;
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly workloads: Workloads;
}

const ordinals = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

export function makeCluster(seed: number, index: number, pods: number): Cluster {
  const own = hash(seed, salt.cluster, index);
  const provider = pick(providers, index);
  const region = pick(provider.regions, hash(own, 1));
  return {
    index,
    seed: own,
    id: `cluster-${ordinals[index] ?? index + 1}`,
    provider,
    region,
    account: provider.account(hash(seed, salt.cluster, index % providers.length, 2)),
    project: provider.project(hash(own, 3)),
    labels: { topology_kubernetes_io_region: region, managed_by: 'terraform' },
    workloads: makeWorkloads(own, pods),
  };
}

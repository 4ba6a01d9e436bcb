import { hash } from '../random.ts';
import type { Cluster } from './clusters.ts';
import type { NodeSlot } from './nodes.ts';
import { salt } from './salt.ts';

/** A cloud load balancer in front of a service of the ingress workload. */
export interface Balancer {
  readonly cluster: Cluster;
  readonly index: number;
  readonly seed: number;
  readonly namespace: string;
  readonly service: string;
  readonly address: string;
  readonly private: boolean;
  /** Dollars an hour. */
  readonly price: number;
}

/** Backend pods per load balancer: [order of the node, pod]. The first node is permanent. */
const backends: readonly (readonly (readonly [number, number])[])[] = [
  [
    [0, 1],
    [2, 1],
    [5, 1],
  ],
  [[0, 2]],
];

export function balancersOf(cluster: Cluster, slots: readonly NodeSlot[]): Balancer[] {
  const first = slots[0];
  return backends.flatMap((_, index) =>
    first !== undefined && first.pods > index + 1 ? [makeBalancer(cluster, index)] : [],
  );
}

/** Whether a pod on the nodes of the slot is a backend of a load balancer. */
export function hasBackends({ order }: NodeSlot): boolean {
  return backends.some((list) => list.some(([o]) => o === order));
}

/** Index of the load balancer that a pod of the node is a backend of; null where it is none. */
export function balancerOf(slot: NodeSlot, pod: number): number | null {
  const index = backends.findIndex((list) =>
    list.some(([order, p]) => order === slot.order && p === pod),
  );
  return index === -1 ? null : index;
}

function makeBalancer(cluster: Cluster, index: number): Balancer {
  const h = hash(cluster.seed, salt.balancer, index);
  return {
    cluster,
    index,
    seed: h,
    namespace: 'ingress-nginx',
    service: index === 0 ? 'ingress-nginx-controller' : 'ingress-nginx-internal',
    address: cluster.provider.balancerAddress(h, cluster.region),
    private: index > 0,
    price: cluster.provider.balancerHour,
  };
}

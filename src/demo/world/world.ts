import { type Balancer, balancersOf } from './balancers.ts';
import { type Cluster, makeCluster } from './clusters.ts';
import { makeSlot, type NodeSlot } from './nodes.ts';
import { type PodSlot, podSlots } from './pods.ts';

export interface WorldSize {
  readonly seed: number;
  readonly clusters: number;
  /** Node slots in all clusters. */
  readonly nodes: number;
  /** Pods that run at a time while every node is up. */
  readonly pods: number;
}

/** The simulated clusters: every object that ever exists, as a function of the seed alone. */
export interface World {
  readonly seed: number;
  readonly clusters: readonly Cluster[];
  slots(cluster: Cluster): readonly NodeSlot[];
  balancers(cluster: Cluster): readonly Balancer[];
  pods(slot: NodeSlot): readonly PodSlot[];
}

/** Up to this many pods, pod slots are cached; in a larger world they are created on every read. */
const maxCachedPods = 50_000;

export function makeWorld(size: WorldSize): World {
  const { seed, nodes, pods } = size;
  const podsOf = (index: number) => Math.floor(pods / nodes) + (index < pods % nodes ? 1 : 0);
  const clusters: Cluster[] = [];
  const slots = new Map<Cluster, NodeSlot[]>();
  for (let c = 0; c < size.clusters; c++) {
    const indexes: number[] = [];
    for (let index = c; index < nodes; index += size.clusters) indexes.push(index);
    const cluster = makeCluster(
      seed,
      c,
      indexes.reduce((sum, index) => sum + podsOf(index), 0),
    );
    let firstPod = 0;
    const own = indexes.map((index, order) => {
      const slot = makeSlot(cluster, { index, order, pods: podsOf(index), firstPod });
      firstPod += slot.pods;
      return slot;
    });
    clusters.push(cluster);
    slots.set(cluster, own);
  }
  const balancers = new Map(clusters.map((c) => [c, balancersOf(c, slots.get(c) ?? [])]));
  const cache = new Map<NodeSlot, readonly PodSlot[]>();
  return {
    seed,
    clusters,
    slots: (cluster) => slots.get(cluster) ?? [],
    balancers: (cluster) => balancers.get(cluster) ?? [],
    pods(slot) {
      const known = cache.get(slot);
      if (known) return known;
      const made = podSlots(slot);
      if (pods <= maxCachedPods) cache.set(slot, made);
      return made;
    },
  };
}

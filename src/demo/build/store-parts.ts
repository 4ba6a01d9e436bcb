import type { Cluster } from '../world/clusters.ts';
import type { World } from '../world/world.ts';
import { othersSpec, type SetSpec } from './spec.ts';

/** Clusters that have the same state of a set. */
export interface StorePart {
  readonly world: World;
  readonly spec: SetSpec;
}

/** A set in parts of one state each: the local cluster and the others where these differ. */
export function partsOf(world: World, spec: SetSpec, cluster?: Cluster): StorePart[] {
  const [local] = world.clusters;
  const of = (clusters: readonly Cluster[]) => ({ ...world, clusters });
  if (cluster) {
    const isOther = spec.others !== null && cluster !== local;
    return [{ world: of([cluster]), spec: isOther ? othersSpec(spec) : spec }];
  }
  if (spec.others === null) return [{ world, spec }];
  return [
    { world: of(world.clusters.slice(0, 1)), spec },
    { world: of(world.clusters.slice(1)), spec: othersSpec(spec) },
  ];
}

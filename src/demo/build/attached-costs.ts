import { hour, type Span } from '../../time.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { hours, overlap } from '../time.ts';
import { type Balancer, hasBackends } from '../world/balancers.ts';
import type { Cluster } from '../world/clusters.ts';
import { nodesIn } from '../world/nodes.ts';
import { type PodSlot, podsIn } from '../world/pods.ts';
import type { World } from '../world/world.ts';
import { type Allocation, makeAllocation, noProperties, unmountedSuffix } from './allocation.ts';
import { adjustmentRate } from './asset.ts';
import { balancerAsset, volumeRate } from './assets.ts';
import type { PodRun } from './pod-run.ts';
import { sampledShare } from './sampling.ts';
import type { SetSpec } from './spec.ts';

/** What the rows of one set are built from. */
export interface SetBuild {
  readonly world: World;
  readonly spec: SetSpec;
  readonly plan: FaultPlan;
}

/** Cost of a load balancer per hour of a backend pod. */
export interface BalancerPrice {
  readonly balancer: Balancer;
  readonly podHour: number;
  /** List cost in the set. */
  readonly cost: number;
  readonly rate: number;
}

/** Prices of the load balancers of a cluster, by index. */
export function balancerPrices({ world, spec }: SetBuild, cluster: Cluster): BalancerPrice[] {
  return world.balancers(cluster).map((balancer) => {
    let podHours = 0;
    for (const slot of world.slots(cluster)) {
      if (!hasBackends(slot)) continue;
      const podSlots = world.pods(slot).filter((p) => p.balancer === balancer.index);
      for (const node of nodesIn(slot, spec.data)) {
        for (const podSlot of podSlots) {
          for (const pod of podsIn(podSlot, node, spec.data)) {
            const span = overlap(pod, spec.data);
            if (span) podHours += hours(span);
          }
        }
      }
    }
    const asset = balancerAsset(balancer, { ...spec, sampled: false });
    const cost = asset.cost * sampledShare(spec, balancer.seed, 'allocations');
    return {
      balancer,
      podHour: cost / podHours,
      cost,
      rate: spec.allocationsReconciled ? adjustmentRate(asset) : 1,
    };
  });
}

/** Adds the cost of a load balancer to the row of a backend container. */
export function addBalancer(row: Allocation, price: BalancerPrice | undefined): void {
  if (!price) return;
  const { balancer } = price;
  const h = hours(row);
  const cost = price.podHour * h;
  const adjustment = cost * price.rate - cost;
  row.loadBalancerCost += cost;
  row.loadBalancerCostAdjustment += adjustment;
  const service = `${balancer.namespace}/${balancer.service}`;
  row.lbs = new Map([
    [
      `${balancer.cluster.id}/${service}`,
      { service, cost, adjustment, hours: h, private: balancer.private, ip: balancer.address },
    ],
  ]);
}

/** Adds the cost of the mounted volume to the row of a container. */
export function addVolume(row: Allocation, { podSlot, span }: PodRun, build: SetBuild): void {
  addVolumeHours(row, podSlot, hours(span) / podSlot.workload.containers.length, build);
}

/** Adds `h` hours of a volume to a row. */
function addVolumeHours(row: Allocation, podSlot: PodSlot, h: number, build: SetBuild): void {
  const { spec, plan } = build;
  const { volume } = podSlot;
  if (!volume) return;
  const isMatched = spec.allocationsReconciled && !plan.isLost(spec, volume);
  const rate = isMatched ? volumeRate(volume, spec) : 1;
  const sampled = h * sampledShare(spec, volume.seed, 'allocations');
  const cost = volume.price * sampled;
  const adjustment = cost * rate - cost;
  const byteHours = volume.bytes * sampled;
  row.pvByteHours += byteHours;
  row.pvCost += cost;
  row.pvCostAdjustment += adjustment;
  row.pvs ??= new Map();
  row.pvs.set(`cluster=${volume.slot.cluster.id}:name=${volume.name}`, {
    providerID: volume.providerID,
    byteHours,
    cost,
    adjustment,
  });
}

/** Adds the hours in which no pod mounted a volume to the unmounted row of its namespace. */
export function addUnmounted(
  unmounted: Map<string, Allocation>,
  podSlot: PodSlot,
  mounted: number,
  build: SetBuild,
): void {
  const { spec } = build;
  const free = (spec.data.end - spec.data.start - mounted) / hour;
  if (free <= 0) return;
  const { namespace, namespaceLabels } = podSlot.workload;
  const row = unmountedRow(unmounted, podSlot.slot.cluster, namespace, spec.data);
  row.properties = { ...row.properties, namespaceLabels };
  addVolumeHours(row, podSlot, free, build);
}

/** Adds a load balancer without backend pods to the unmounted row of its namespace. */
export function addUnmountedBalancer(
  unmounted: Map<string, Allocation>,
  price: BalancerPrice,
  spec: SetSpec,
): void {
  const { cluster, namespace, service } = price.balancer;
  const row = unmountedRow(unmounted, cluster, namespace, spec.data);
  row.properties = { ...row.properties, services: [...row.properties.services, service] };
  const podHour = price.cost / hours(spec.data);
  const { lbs } = row;
  addBalancer(row, { ...price, podHour });
  if (lbs && row.lbs) row.lbs = new Map([...lbs, ...row.lbs]);
}

function unmountedRow(
  unmounted: Map<string, Allocation>,
  { id: cluster }: Cluster,
  namespace: string,
  span: Span,
): Allocation {
  const existing = unmounted.get(namespace);
  if (existing) return existing;
  const pod = `${namespace}-unmounted-pvcs`;
  const row = makeAllocation(
    `${cluster}//${namespace}/${pod}/${unmountedSuffix}`,
    { ...noProperties, cluster, namespace, pod, container: unmountedSuffix },
    span,
  );
  unmounted.set(namespace, row);
  return row;
}

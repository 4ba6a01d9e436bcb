import type { Plan } from '../plan.ts';
import { hash } from '../random.ts';
import { dayOf, hour, hours, overlap, type Span } from '../time.ts';
import { type Balancer, hasBackends } from '../world/balancers.ts';
import { networkBillRate } from '../world/bills.ts';
import type { Cluster } from '../world/clusters.ts';
import { type Node, type NodeSlot, nodesIn } from '../world/nodes.ts';
import { type Pod, type PodSlot, podName, podsIn, requestAndUse } from '../world/pods.ts';
import { salt } from '../world/salt.ts';
import type { World } from '../world/world.ts';
import {
  type Allocation,
  type AllocationProperties,
  makeAllocation,
  noProperties,
  unmountedSuffix,
} from './allocation.ts';
import { adjustmentRate } from './asset.ts';
import { balancerAsset, networkCost, nodeAsset, volumeRate } from './assets.ts';
import type { SetSpec } from './spec.ts';

/** A pod while it runs on a node within the set's data. */
interface Run {
  readonly place: PodSlot;
  /** The node the pod was scheduled on. */
  readonly home: Node;
  readonly pod: Pod;
  readonly span: Span;
}

/** The allocations of a set, node by node, reconciled as far as the set is: only one node's rows are held. */
export function* buildAllocations(world: World, spec: SetSpec, plan: Plan): Generator<Allocation> {
  for (const cluster of world.clusters) {
    const balancers = balancerShares(world, cluster, spec);
    const unmounted = new Map<string, Allocation>();
    for (const slot of world.slots(cluster)) {
      const places = world.pods(slot);
      const mounted = new Map<PodSlot, number>();
      for (const node of nodesIn(slot, spec.data)) {
        const runs = runsOn(places, node, spec.data);
        for (const { place, span } of runs) {
          if (place.volume) mounted.set(place, (mounted.get(place) ?? 0) + span.end - span.start);
        }
        yield* allocationsOn(world, node, runs, balancers, spec, plan);
      }
      for (const place of places) {
        if (place.volume) addUnmounted(unmounted, place, mounted.get(place) ?? 0, spec, plan);
      }
    }
    yield* unmounted.values();
  }
}

/** How many rows `buildAllocations` makes, and of how many controllers, without making them. */
export function countAllocations(
  world: World,
  spec: SetSpec,
  plan: Plan,
): { rows: number; controllers: number } {
  const whole = spec.data.end - spec.data.start;
  let rows = 0;
  const controllers = new Set<string>();
  for (const cluster of world.clusters) {
    const unmounted = new Set<string>();
    for (const slot of world.slots(cluster)) {
      const places = world.pods(slot);
      const mounted = new Map<PodSlot, number>();
      for (const node of nodesIn(slot, spec.data)) {
        for (const { place, span } of runsOn(places, node, spec.data)) {
          rows += place.workload.containers.length;
          controllers.add(place.workload.name);
          if (place.volume) mounted.set(place, (mounted.get(place) ?? 0) + span.end - span.start);
        }
        if (duplicateOn(world, node, spec, plan)) rows += 1;
      }
      for (const place of places) {
        if (place.volume && (mounted.get(place) ?? 0) < whole)
          unmounted.add(place.workload.namespace);
      }
    }
    rows += unmounted.size;
  }
  return { rows, controllers: controllers.size };
}

function runsOn(places: readonly PodSlot[], node: Node, data: Span): Run[] {
  const runs: Run[] = [];
  for (const place of places) {
    for (const pod of podsIn(place, node, data)) {
      const span = overlap(pod, data);
      if (span) runs.push({ place, home: node, pod, span });
    }
  }
  return runs;
}

/** Dollars of a balancer for an hour of one of the pods behind it. */
interface BalancerPrice {
  readonly balancer: Balancer;
  readonly podHour: number;
  readonly rate: number;
}

function balancerShares(world: World, cluster: Cluster, spec: SetSpec): BalancerPrice[] {
  return world.balancers(cluster).map((balancer) => {
    let podHours = 0;
    for (const slot of world.slots(cluster)) {
      if (!hasBackends(slot)) continue;
      const places = world.pods(slot).filter((p) => p.balancer === balancer.index);
      for (const node of nodesIn(slot, spec.data)) {
        for (const place of places) {
          for (const pod of podsIn(place, node, spec.data)) {
            const span = overlap(pod, spec.data);
            if (span) podHours += hours(span);
          }
        }
      }
    }
    const asset = balancerAsset(balancer, spec);
    return {
      balancer,
      podHour: asset.cost / podHours,
      rate: spec.allocationsReconciled ? adjustmentRate(asset) : 1,
    };
  });
}

/** What an hour of each resource costs on a node, and what turns that into what was paid. */
interface Prices {
  readonly node: Node;
  readonly core: number;
  readonly ramByte: number;
  readonly gpu: number;
  readonly rate: number;
  /** Per hour of a pod, for each unit of its traffic. */
  readonly traffic: number;
  readonly trafficRate: number;
}

function pricesOf(node: Node, spec: SetSpec, plan: Plan): Omit<Prices, 'traffic' | 'trafficRate'> {
  const { slot } = node;
  const known = spec.allocationsReconciled && plan.hit('lost-node', spec, slot) === null;
  const drift = 1 + (plan.hit('price-drift', spec, slot) ?? 0);
  return {
    node,
    core: slot.coreHour * (1 - slot.discount) * drift,
    ramByte: (slot.gibHour / 2 ** 30) * (1 - slot.discount) * drift,
    gpu: slot.gpuHour * drift,
    rate: known ? adjustmentRate(nodeAsset(node, spec)) : 1,
  };
}

function* allocationsOn(
  world: World,
  node: Node,
  runs: readonly Run[],
  balancers: readonly BalancerPrice[],
  spec: SetSpec,
  plan: Plan,
): Generator<Allocation> {
  let traffic = 0;
  for (const { place, span } of runs) traffic += place.traffic * hours(span);
  const bare = pricesOf(node, spec, plan);
  const prices: Prices = {
    ...bare,
    traffic: networkCost(node, spec.data) / traffic,
    trafficRate:
      spec.allocationsReconciled && spec.assetsReconciled
        ? networkBillRate(node.slot.cluster, dayOf(spec.data.start))
        : 1,
  };
  const extra = plan.hit('over-allocated', spec, node.slot);
  for (const run of runs) {
    for (let index = 0; index < run.place.workload.containers.length; index++) {
      const row = containerRow(run, index, prices);
      if (index === 0 && run.place.balancer !== null) {
        addBalancer(row, balancers[run.place.balancer]);
      }
      if (run.place.volume) addVolume(row, run, spec, plan);
      if (extra !== null && run.place.index === 0)
        addCores(row, node.slot, extra, run.span, prices);
      yield row;
    }
  }
  const twice = duplicateOn(world, node, spec, plan);
  if (twice) yield containerRow(twice, 0, { ...prices, traffic: 0 });
}

/** The container's resources at the node's prices. */
function containerRow({ place, home, pod, span }: Run, index: number, prices: Prices): Allocation {
  const { workload, seed } = place;
  const { node } = prices;
  const container = workload.containers[index] ?? '';
  const count = workload.containers.length;
  const part = count === 1 ? 1 : index === 0 ? 0.85 : 0.15;
  const h = hours(span);
  const cluster = node.slot.cluster.id;
  const name = podName(place, home, pod.life);
  const properties: AllocationProperties = {
    ...noProperties,
    cluster,
    node: node.name,
    container,
    controller: workload.kind === null ? '' : workload.name,
    controllerKind: workload.kind ?? '',
    namespace: workload.namespace,
    pod: name,
    services: workload.services,
    providerID: node.providerID,
    labels: workload.labels,
    annotations: workload.annotations,
    namespaceLabels: workload.namespaceLabels,
  };
  const row = makeAllocation(
    `${cluster}/${node.name}/${workload.namespace}/${name}/${container}`,
    properties,
    span,
  );
  const own = hash(seed, salt.container, index, pod.life);
  const cpu = requestAndUse(own, 1);
  row.cpuCoreHours = place.cores * part * h;
  row.cpuRequestHours = row.cpuCoreHours * cpu.request;
  row.cpuUsageHours = row.cpuCoreHours * cpu.usage;
  row.cpuCost = row.cpuCoreHours * prices.core;
  row.cpuCostAdjustment = row.cpuCost * prices.rate - row.cpuCost;
  const ram = requestAndUse(own, 2);
  const bytes = Math.floor(place.ramBytes * part);
  row.ramByteHours = bytes * h;
  row.ramRequestHours = row.ramByteHours * ram.request;
  row.ramUsageHours = row.ramByteHours * ram.usage;
  row.ramCost = row.ramByteHours * prices.ramByte;
  row.ramCostAdjustment = row.ramCost * prices.rate - row.ramCost;
  if (index === 0 && place.gpus > 0) {
    row.gpuHours = place.gpus * h;
    row.gpuCost = row.gpuHours * prices.gpu;
    row.gpuCostAdjustment = row.gpuCost * prices.rate - row.gpuCost;
  }
  row.networkCost = prices.traffic * place.traffic * h * part;
  row.networkInternetCost = row.networkCost * 0.7;
  row.networkCrossZoneCost = row.networkCost * 0.2;
  row.networkCrossRegionCost = row.networkCost - row.networkInternetCost - row.networkCrossZoneCost;
  row.networkCostAdjustment = row.networkCost * prices.trafficRate - row.networkCost;
  row.networkTransferBytes = row.networkCost * 2e9;
  row.networkReceiveBytes = row.networkCost * 5e9;
  row.peak = { cores: place.cores * part * 1.2, ramBytes: bytes };
  return row;
}

function addBalancer(row: Allocation, price: BalancerPrice | undefined): void {
  if (!price) return;
  const { balancer } = price;
  const h = hours(row);
  const cost = price.podHour * h;
  const adjustment = cost * price.rate - cost;
  row.loadBalancerCost = cost;
  row.loadBalancerCostAdjustment = adjustment;
  const service = `${balancer.namespace}/${balancer.service}`;
  row.lbs = new Map([
    [
      `${balancer.cluster.id}/${service}`,
      { service, cost, adjustment, hours: h, private: balancer.private, ip: balancer.address },
    ],
  ]);
}

function addVolume(row: Allocation, run: Run, spec: SetSpec, plan: Plan): void {
  addVolumeHours(
    row,
    run.place,
    hours(run.span) / run.place.workload.containers.length,
    spec,
    plan,
  );
}

/** A volume costs by the hour; `h` are those that this row has to bear. */
function addVolumeHours(
  row: Allocation,
  place: PodSlot,
  h: number,
  spec: SetSpec,
  plan: Plan,
): void {
  const { volume } = place;
  if (!volume) return;
  const known = spec.allocationsReconciled && !plan.lostVolume(spec, volume);
  const rate = known ? volumeRate(volume, spec) : 1;
  const cost = volume.price * h;
  const adjustment = cost * rate - cost;
  const byteHours = volume.bytes * h;
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

/** While no pod has a volume mounted, its namespace bears it. */
function addUnmounted(
  unmounted: Map<string, Allocation>,
  place: PodSlot,
  mounted: number,
  spec: SetSpec,
  plan: Plan,
): void {
  const free = (spec.data.end - spec.data.start - mounted) / hour;
  if (free <= 0) return;
  const { namespace, namespaceLabels } = place.workload;
  const cluster = place.slot.cluster.id;
  let row = unmounted.get(namespace);
  if (!row) {
    const pod = `${namespace}-unmounted-pvcs`;
    row = makeAllocation(
      `${cluster}//${namespace}/${pod}/${unmountedSuffix}`,
      { ...noProperties, cluster, namespace, pod, container: unmountedSuffix, namespaceLabels },
      spec.data,
    );
    unmounted.set(namespace, row);
  }
  addVolumeHours(row, place, free, spec, plan);
}

/** `over-allocated`: the daemon has this part of the node's cores on top of its own. */
function addCores(row: Allocation, slot: NodeSlot, part: number, span: Span, prices: Prices): void {
  const coreHours = slot.type.cores * part * hours(span);
  row.cpuCoreHours += coreHours;
  row.cpuRequestHours += coreHours;
  row.cpuCost = row.cpuCoreHours * prices.core;
  row.cpuCostAdjustment = row.cpuCost * prices.rate - row.cpuCost;
}

/** `double-count`: a daemon's pod of one node, seen on this one as well while both live. */
function duplicateOn(world: World, node: Node, spec: SetSpec, plan: Plan): Run | null {
  const from = plan.duplicateFrom(spec, node.slot);
  const place = from === null ? undefined : world.pods(from)[0];
  if (from === null || !place) return null;
  for (const original of nodesIn(from, spec.data)) {
    for (const pod of podsIn(place, original, spec.data)) {
      const span = overlap(pod, overlap(node, spec.data) ?? { start: 0, end: 0 });
      if (span) return { place, home: original, pod, span };
    }
  }
  return null;
}

import { hour, type Span } from '../../time.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { hash } from '../random.ts';
import { dayOf, hours, overlap } from '../time.ts';
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

/** A pod with the span it ran on a node within the set. */
interface PodRun {
  readonly podSlot: PodSlot;
  /** The node the pod was scheduled on. */
  readonly home: Node;
  readonly pod: Pod;
  readonly span: Span;
}

/** Allocations of a set as stored, generated node by node. */
export function* buildAllocations(
  world: World,
  spec: SetSpec,
  plan: FaultPlan,
): Generator<Allocation> {
  for (const cluster of world.clusters) {
    const balancers = balancerShares(world, cluster, spec);
    const unmounted = new Map<string, Allocation>();
    for (const slot of world.slots(cluster)) {
      const podSlots = world.pods(slot);
      const mounted = new Map<PodSlot, number>();
      for (const node of nodesIn(slot, spec.data)) {
        const runs = runsOn(podSlots, node, spec.data);
        for (const { podSlot, span } of runs) {
          if (podSlot.volume)
            mounted.set(podSlot, (mounted.get(podSlot) ?? 0) + span.end - span.start);
        }
        yield* allocationsOn(world, node, runs, balancers, spec, plan);
      }
      for (const podSlot of podSlots) {
        if (podSlot.volume) addUnmounted(unmounted, podSlot, mounted.get(podSlot) ?? 0, spec, plan);
      }
    }
    yield* unmounted.values();
  }
}

/** Number of rows and controllers of a set, without building it. */
export function countAllocations(
  world: World,
  spec: SetSpec,
  plan: FaultPlan,
): { rows: number; controllers: number } {
  const whole = spec.data.end - spec.data.start;
  let rows = 0;
  const controllers = new Set<string>();
  for (const cluster of world.clusters) {
    const unmounted = new Set<string>();
    for (const slot of world.slots(cluster)) {
      const podSlots = world.pods(slot);
      const mounted = new Map<PodSlot, number>();
      for (const node of nodesIn(slot, spec.data)) {
        for (const { podSlot, span } of runsOn(podSlots, node, spec.data)) {
          rows += podSlot.workload.containers.length;
          controllers.add(podSlot.workload.name);
          if (podSlot.volume)
            mounted.set(podSlot, (mounted.get(podSlot) ?? 0) + span.end - span.start);
        }
        if (duplicateOn(world, node, spec, plan)) rows += 1;
      }
      for (const podSlot of podSlots) {
        if (podSlot.volume && (mounted.get(podSlot) ?? 0) < whole)
          unmounted.add(podSlot.workload.namespace);
      }
    }
    rows += unmounted.size;
  }
  return { rows, controllers: controllers.size };
}

function runsOn(podSlots: readonly PodSlot[], node: Node, data: Span): PodRun[] {
  const runs: PodRun[] = [];
  for (const podSlot of podSlots) {
    for (const pod of podsIn(podSlot, node, data)) {
      const span = overlap(pod, data);
      if (span) runs.push({ podSlot, home: node, pod, span });
    }
  }
  return runs;
}

/** Cost of a load balancer per hour of a backend pod. */
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
    const asset = balancerAsset(balancer, spec);
    return {
      balancer,
      podHour: asset.cost / podHours,
      rate: spec.allocationsReconciled ? adjustmentRate(asset) : 1,
    };
  });
}

/** Prices per hour on a node, and the rates that turn list prices into billed ones. */
interface Prices {
  readonly node: Node;
  readonly core: number;
  readonly ramByte: number;
  readonly gpu: number;
  readonly rate: number;
  /** Per pod-hour and unit of traffic weight. */
  readonly traffic: number;
  readonly trafficRate: number;
}

function pricesOf(
  node: Node,
  spec: SetSpec,
  plan: FaultPlan,
): Omit<Prices, 'traffic' | 'trafficRate'> {
  const { slot } = node;
  const known = spec.allocationsReconciled && plan.amountOn('lost-node', spec, slot) === null;
  const drift = 1 + (plan.amountOn('price-drift', spec, slot) ?? 0);
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
  runs: readonly PodRun[],
  balancers: readonly BalancerPrice[],
  spec: SetSpec,
  plan: FaultPlan,
): Generator<Allocation> {
  let traffic = 0;
  for (const { podSlot, span } of runs) traffic += podSlot.traffic * hours(span);
  const own = pricesOf(node, spec, plan);
  const prices: Prices = {
    ...own,
    traffic: networkCost(node, spec.data) / traffic,
    trafficRate:
      spec.allocationsReconciled && spec.assetsReconciled
        ? networkBillRate(node.slot.cluster, dayOf(spec.data.start))
        : 1,
  };
  const extra = plan.amountOn('over-allocated', spec, node.slot);
  for (const run of runs) {
    for (let index = 0; index < run.podSlot.workload.containers.length; index++) {
      const row = containerRow(run, index, prices);
      if (index === 0 && run.podSlot.balancer !== null) {
        addBalancer(row, balancers[run.podSlot.balancer]);
      }
      if (run.podSlot.volume) addVolume(row, run, spec, plan);
      if (extra !== null && run.podSlot.index === 0)
        addCores(row, node.slot, extra, run.span, prices);
      yield row;
    }
  }
  const duplicate = duplicateOn(world, node, spec, plan);
  if (duplicate) yield containerRow(duplicate, 0, { ...prices, traffic: 0 });
}

/** Row of one container at the prices of its node. */
function containerRow(
  { podSlot, home, pod, span }: PodRun,
  index: number,
  prices: Prices,
): Allocation {
  const { workload, seed } = podSlot;
  const { node } = prices;
  const container = workload.containers[index] ?? '';
  const count = workload.containers.length;
  const part = count === 1 ? 1 : index === 0 ? 0.85 : 0.15;
  const h = hours(span);
  const cluster = node.slot.cluster.id;
  const name = podName(podSlot, home, pod.generation);
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
  const own = hash(seed, salt.container, index, pod.generation);
  const cpu = requestAndUse(own, 1);
  row.cpuCoreHours = podSlot.cores * part * h;
  row.cpuRequestHours = row.cpuCoreHours * cpu.request;
  row.cpuUsageHours = row.cpuCoreHours * cpu.usage;
  row.cpuCost = row.cpuCoreHours * prices.core;
  row.cpuCostAdjustment = row.cpuCost * prices.rate - row.cpuCost;
  const ram = requestAndUse(own, 2);
  const bytes = Math.floor(podSlot.ramBytes * part);
  row.ramByteHours = bytes * h;
  row.ramRequestHours = row.ramByteHours * ram.request;
  row.ramUsageHours = row.ramByteHours * ram.usage;
  row.ramCost = row.ramByteHours * prices.ramByte;
  row.ramCostAdjustment = row.ramCost * prices.rate - row.ramCost;
  if (index === 0 && podSlot.gpus > 0) {
    row.gpuHours = podSlot.gpus * h;
    row.gpuCost = row.gpuHours * prices.gpu;
    row.gpuCostAdjustment = row.gpuCost * prices.rate - row.gpuCost;
  }
  row.networkCost = prices.traffic * podSlot.traffic * h * part;
  row.networkInternetCost = row.networkCost * 0.7;
  row.networkCrossZoneCost = row.networkCost * 0.2;
  row.networkCrossRegionCost = row.networkCost - row.networkInternetCost - row.networkCrossZoneCost;
  row.networkCostAdjustment = row.networkCost * prices.trafficRate - row.networkCost;
  row.networkTransferBytes = row.networkCost * 2e9;
  row.networkReceiveBytes = row.networkCost * 5e9;
  row.peak = { cores: podSlot.cores * part * 1.2, ramBytes: bytes };
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

function addVolume(row: Allocation, run: PodRun, spec: SetSpec, plan: FaultPlan): void {
  addVolumeHours(
    row,
    run.podSlot,
    hours(run.span) / run.podSlot.workload.containers.length,
    spec,
    plan,
  );
}

/** Adds `h` hours of a volume to a row. */
function addVolumeHours(
  row: Allocation,
  podSlot: PodSlot,
  h: number,
  spec: SetSpec,
  plan: FaultPlan,
): void {
  const { volume } = podSlot;
  if (!volume) return;
  const known = spec.allocationsReconciled && !plan.isLost(spec, volume);
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

/** Adds the hours in which no pod mounted a volume to the unmounted row of its namespace. */
function addUnmounted(
  unmounted: Map<string, Allocation>,
  podSlot: PodSlot,
  mounted: number,
  spec: SetSpec,
  plan: FaultPlan,
): void {
  const free = (spec.data.end - spec.data.start - mounted) / hour;
  if (free <= 0) return;
  const { namespace, namespaceLabels } = podSlot.workload;
  const cluster = podSlot.slot.cluster.id;
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
  addVolumeHours(row, podSlot, free, spec, plan);
}

/** `over-allocated`: the DaemonSet pod uses this fraction of the node's cores on top of its own. */
function addCores(row: Allocation, slot: NodeSlot, part: number, span: Span, prices: Prices): void {
  const coreHours = slot.type.cores * part * hours(span);
  row.cpuCoreHours += coreHours;
  row.cpuRequestHours += coreHours;
  row.cpuCost = row.cpuCoreHours * prices.core;
  row.cpuCostAdjustment = row.cpuCost * prices.rate - row.cpuCost;
}

/** `double-count`: the DaemonSet pod of another node, repeated here while both nodes are up. */
function duplicateOn(world: World, node: Node, spec: SetSpec, plan: FaultPlan): PodRun | null {
  const from = plan.duplicateFrom(spec, node.slot);
  const podSlot = from === null ? undefined : world.pods(from)[0];
  if (from === null || !podSlot) return null;
  for (const original of nodesIn(from, spec.data)) {
    for (const pod of podsIn(podSlot, original, spec.data)) {
      const span = overlap(pod, overlap(node, spec.data) ?? { start: 0, end: 0 });
      if (span) return { podSlot, home: original, pod, span };
    }
  }
  return null;
}

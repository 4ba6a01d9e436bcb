import type { Span } from '../../time.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { hours, overlap } from '../time.ts';
import { type Node, type NodeSlot, nodesIn } from '../world/nodes.ts';
import { type PodSlot, podsIn } from '../world/pods.ts';
import type { World } from '../world/world.ts';
import type { Allocation } from './allocation.ts';
import {
  addBalancer,
  addUnmounted,
  addUnmountedBalancer,
  addVolume,
  type BalancerPrice,
  balancerPrices,
  type SetBuild,
} from './attached-costs.ts';
import { containerRow } from './container-row.ts';
import { type NodePrices, pricesOf } from './node-prices.ts';
import type { PodRun } from './pod-run.ts';
import type { SetSpec } from './spec.ts';

/** Allocations of a set as stored, generated node by node. */
export function* buildAllocations(
  world: World,
  spec: SetSpec,
  plan: FaultPlan,
): Generator<Allocation> {
  const build = { world, spec, plan };
  for (const cluster of world.clusters) {
    const balancers = balancerPrices(build, cluster);
    const unmounted = new Map<string, Allocation>();
    const hasPods = !plan.affectsCluster('pods-missing', spec, cluster);
    if (!hasPods) {
      for (const price of balancers) addUnmountedBalancer(unmounted, price, spec);
    }
    for (const slot of world.slots(cluster)) {
      const podSlots = world.pods(slot);
      const mounted = new Map<PodSlot, number>();
      for (const node of nodesIn(slot, spec.data)) {
        if (!hasPods) break;
        const runs = runsOn(podSlots, node, spec.data);
        for (const { podSlot, span } of runs) {
          if (podSlot.volume)
            mounted.set(podSlot, (mounted.get(podSlot) ?? 0) + span.end - span.start);
        }
        yield* allocationsOn(node, runs, balancers, build);
      }
      for (const podSlot of podSlots) {
        if (podSlot.volume) addUnmounted(unmounted, podSlot, mounted.get(podSlot) ?? 0, build);
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
    const hasPods = !plan.affectsCluster('pods-missing', spec, cluster);
    if (!hasPods) for (const { namespace } of world.balancers(cluster)) unmounted.add(namespace);
    for (const slot of world.slots(cluster)) {
      const podSlots = world.pods(slot);
      const mounted = new Map<PodSlot, number>();
      for (const node of nodesIn(slot, spec.data)) {
        if (!hasPods) break;
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

function* allocationsOn(
  node: Node,
  runs: readonly PodRun[],
  balancers: readonly BalancerPrice[],
  build: SetBuild,
): Generator<Allocation> {
  const { world, spec, plan } = build;
  const prices = pricesOf(node, runs, spec, plan);
  const extra =
    plan.amountOn('over-allocated', spec, node.slot) ??
    plan.amountOn('absurd-request', spec, node.slot);
  for (const run of runs) {
    const { podSlot } = run;
    for (let index = 0; index < podSlot.workload.containers.length; index++) {
      const row = containerRow(run, index, prices);
      if (index === 0 && podSlot.balancer !== null) addBalancer(row, balancers[podSlot.balancer]);
      if (podSlot.volume) addVolume(row, run, build);
      if (extra !== null && podSlot.index === 0) addCores(row, node.slot, extra, prices);
      yield row;
    }
  }
  const duplicate = duplicateOn(world, node, spec, plan);
  if (duplicate) yield containerRow(duplicate, 0, { ...prices, traffic: 0 });
}

/**
 * `over-allocated` and `absurd-request`: the DaemonSet pod requests this fraction of the node's cores, or
 * this many times as many, on top of its own.
 */
function addCores(row: Allocation, slot: NodeSlot, part: number, prices: NodePrices): void {
  const coreHours = slot.type.cores * part * hours(row);
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

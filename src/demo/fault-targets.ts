import { UsageError } from '../errors.ts';
import { day, hour } from '../time.ts';
import type { FaultDetail } from './fault-info.ts';
import { acceptsDetail, type Fault, faults } from './faults.ts';
import { isoDate, offsetText } from './time.ts';
import { nodeBillRate } from './world/bills.ts';
import type { Cluster } from './world/clusters.ts';
import { type NodeSlot, nodesIn } from './world/nodes.ts';
import { maxUtilization } from './world/pods.ts';
import { type Volume, volumesOf } from './world/volumes.ts';
import type { World } from './world/world.ts';

/** A fault with the day and the objects of a world that it affects. */
export interface ResolvedFault {
  readonly fault: Fault;
  readonly day: number | 'all';
  /** Affected nodes, by slot. */
  readonly slots: readonly NodeSlot[];
  readonly cluster: Cluster | null;
  /** Of `double-count`: where the pod appears again. */
  readonly second: NodeSlot | null;
  readonly volume: Volume | null;
}

/**
 * Finds what a fault affects; without a day it is that of the fault's `defaultDaysAgo`.
 * @throws UsageError where the world does not have the named object or day
 */
export function resolveFault(
  world: World,
  fault: Fault,
  { oldest, today }: { readonly oldest: number; readonly today: number },
): ResolvedFault {
  const accepts = (...details: FaultDetail[]) => acceptsDetail(fault.name, ...details);
  const daysAgo = faults[fault.name].defaultDaysAgo;
  const when = hasDay(fault) ? (fault.day ?? Math.max(oldest, today - daysAgo * day)) : 'all';
  if (when !== 'all' && (when < oldest || when > today)) {
    throw new UsageError(
      `${fault.name}: the stores have no sets for ${isoDate(when)}`,
      `name a day from ${isoDate(oldest)} to ${isoDate(today)}, or raise --days`,
    );
  }
  const at = when === 'all' ? today - day : when;
  const slots =
    fault.name === 'half-bill'
      ? unbilledSlots(world, fault.amount)
      : accepts('node')
        ? findSlots(world, fault, at)
        : [];
  return {
    fault,
    day: when,
    slots,
    cluster: accepts('cluster') ? findCluster(world, fault) : null,
    second: fault.name === 'double-count' && slots[0] ? findSecond(world, slots[0], at) : null,
    volume: accepts('disk') ? findVolume(world, fault) : null,
  };
}

/** Whether `--fault` accepts a day for it. */
function hasDay(fault: Fault): boolean {
  return acceptsDetail(fault.name, 'day', 'oneDay');
}

function findCluster(world: World, { name, target }: Fault): Cluster {
  const [first] = world.clusters;
  const found = target === null ? first : world.clusters.find(({ id }) => id === target);
  if (found) return found;
  throw new UsageError(
    `${name}: there is no cluster "${target}"`,
    `one of ${world.clusters.map(({ id }) => id).join(', ')}`,
  );
}

/** Of `half-bill`: a part of the nodes, the first of the world among them. */
function unbilledSlots(world: World, part: number): NodeSlot[] {
  const slots = world.clusters.flatMap((cluster) => world.slots(cluster));
  return slots.filter((_, at) => Math.ceil(at * part) < Math.ceil((at + 1) * part));
}

function findSlots(world: World, fault: Fault, at: number): readonly NodeSlot[] {
  if (fault.name !== 'discount-missing') return [findSlot(world, fault, at)];
  const { target } = fault;
  const discounted = world.clusters
    .filter(({ id }) => target === null || target === id)
    .map((cluster) => world.slots(cluster).filter((slot) => canLoseDiscount(slot, at)))
    .find((slots) => slots.length > 0);
  if (discounted) return discounted;
  if (target !== null && !world.clusters.some(({ id }) => id === target)) {
    const slot = findSlot(world, fault, at);
    if (slot.discount > 0) return [slot];
  }
  throw new UsageError(
    `discount-missing: no node of ${target ?? 'this world'} has a discount on ${isoDate(at)}`,
    'name another cluster or --seed, or raise --nodes',
  );
}

/** Whether the workloads of a discounted node still cost less than the node at list price. */
function canLoseDiscount(slot: NodeSlot, at: number): boolean {
  const isUp = nodesIn(slot, { start: at, end: at + day }).length > 0;
  return isUp && slot.discount > 0 && maxUtilization(slot) < 1 - slot.discount && hasCost(slot, at);
}

function findSlot(world: World, fault: Fault, at: number): NodeSlot {
  const { target } = fault;
  for (const cluster of world.clusters) {
    const slots = world.slots(cluster);
    if (target === null || target === cluster.id) {
      const slot =
        (fault.name === 'lost-node' ? slots.slice(1).find((one) => hasCost(one, at)) : null) ??
        slots[0];
      if (slot) return slot;
    }
    for (const slot of slots) {
      for (const node of nodesIn(slot, { start: at, end: at + day })) {
        if (target === node.name || target === `${cluster.id}/${node.name}`) return slot;
      }
    }
  }
  const first = world.clusters[0];
  throw new UsageError(
    `${fault.name}: there is no node "${target}" on ${isoDate(at)}`,
    first && `name a cluster such as ${first.id}, or a node that /assets lists for that day`,
  );
}

/** Whether a node of the slot costs something on the day: the loss of a free one is not seen. */
function hasCost(slot: NodeSlot, at: number): boolean {
  return nodesIn(slot, { start: at, end: at + day }).some((node) => nodeBillRate(node, at) > 0);
}

/** Another slot of the cluster, if possible one whose node is permanent. */
function findSecond(world: World, first: NodeSlot, at: number): NodeSlot {
  const slots = world
    .slots(first.cluster)
    .filter((slot) => slot !== first && nodesIn(slot, { start: at, end: at + day }).length > 0);
  const second = slots.find((slot) => slot.turnover === null) ?? slots[0];
  if (second) return second;
  throw new UsageError(
    `double-count: ${first.cluster.id} has only one node`,
    'name a cluster with more nodes, or raise --nodes',
  );
}

function findVolume(world: World, fault: Fault): Volume {
  const { target } = fault;
  for (const cluster of world.clusters) {
    for (const slot of world.slots(cluster)) {
      for (const volume of volumesOf(slot)) {
        if (target === null || target === cluster.id || target === volume.name) return volume;
      }
    }
  }
  throw new UsageError(
    target === null
      ? `${fault.name}: this world has no persistent volume`
      : `${fault.name}: there is no persistent volume "${target}"`,
    target === null ? 'raise --pods' : 'name a cluster, or a disk that /assets lists',
  );
}

/** The effect of a fault with what it affects, for people. */
export function describeFault(resolved: ResolvedFault, oldest: number): string {
  const { fault, day: when, slots, cluster, second, volume } = resolved;
  const { effect } = faults[fault.name];
  const accepts = (...details: FaultDetail[]) => acceptsDetail(fault.name, ...details);
  const details: string[] = [];
  // those of half-bill are a share of all nodes
  for (const slot of accepts('node') ? slots : []) {
    const start = when === 'all' ? oldest : when;
    const [node] = nodesIn(slot, { start, end: start + day });
    details.push(`${slot.cluster.id}/${node?.name ?? ''}`);
  }
  if (cluster) details.push(cluster.id);
  if (second) details.push(`again on node ${second.order + 1} of the cluster`);
  if (volume) details.push(`${volume.slot.cluster.id}/${volume.name}`);
  if (accepts('amount', 'share')) {
    details.push(`${Math.round(fault.amount * 1e6) / 1e4}%`);
  }
  if (accepts('hours', 'skew')) details.push(`${fault.amount / hour}h`);
  if (accepts('delay')) details.push(`${fault.amount}ms`);
  if (accepts('offset')) details.push(offsetText(fault.amount));
  if (accepts('rows')) details.push(`more than ${fault.amount} rows`);
  if (hasDay(fault)) details.push(when === 'all' ? 'every day' : `on ${isoDate(when)}`);
  return details.length === 0 ? effect : `${effect}: ${details.join(', ')}`;
}

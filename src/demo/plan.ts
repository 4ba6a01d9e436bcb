import { UsageError } from '../errors.ts';
import type { SetSpec } from './build/spec.ts';
import { type Fault, type FaultName, type FaultPart, faults } from './faults.ts';
import { day, dayOf, isoDate } from './time.ts';
import { nodeBillRate } from './world/bills.ts';
import { type NodeSlot, nodesIn } from './world/nodes.ts';
import { type Volume, volumesOf } from './world/volumes.ts';
import type { World } from './world/world.ts';

/** What is broken, asked for by the code that builds the stores. */
export interface Plan {
  /** The amount of a fault that hits this slot's nodes in this set; null where none does. */
  hit(name: FaultName, spec: SetSpec, slot: NodeSlot): number | null;
  /** The same, for code that only has the node's name. */
  hitNode(name: FaultName, spec: SetSpec, node: string): number | null;
  /** Whether a fault that concerns whole days concerns this one. */
  hitsDay(name: FaultName, dayStart: number): boolean;
  lostVolume(spec: SetSpec, volume: Volume): boolean;
  /** Whether there is any. */
  readonly losesVolumes: boolean;
  /** Whose daemon is seen a second time on this slot's nodes. */
  duplicateFrom(spec: SetSpec, slot: NodeSlot): NodeSlot | null;
  /** What the faults hit, for people: `price-drift on cluster-one/ip-… on 2026-03-01`. */
  readonly description: readonly { readonly name: FaultName; readonly text: string }[];
}

/** A repair mends what is broken in the store it rebuilds. */
const mendedBy: Partial<Record<FaultName, keyof SetSpec['repaired']>> = {
  'lost-disk': 'assets',
  'lost-node': 'assets',
  'stale-asset-total': 'assets',
  'stale-asset-agg': 'assets',
  'price-drift': 'allocations',
  'over-allocated': 'allocations',
  'stale-allocation-total': 'allocations',
  'stale-allocation-agg': 'allocations',
  'double-count': 'allocations',
  nan: 'allocations',
};

interface Hit {
  readonly fault: Fault;
  readonly day: number | 'all';
  readonly slot: NodeSlot | null;
  readonly second: NodeSlot | null;
  readonly volume: Volume | null;
}

export const nothingBroken: Plan = {
  hit: () => null,
  hitNode: () => null,
  hitsDay: () => false,
  lostVolume: () => false,
  losesVolumes: false,
  duplicateFrom: () => null,
  description: [],
};

/**
 * @param oldest the first day of the stores, `today` the last
 * @throws UsageError where a fault names something that this world does not have
 */
export function makePlan(
  world: World,
  broken: readonly Fault[],
  oldest: number,
  today: number,
): Plan {
  if (broken.length === 0) return nothingBroken;
  const hits = broken.map((fault) => resolve(world, fault, oldest, today));
  const find = (name: FaultName, spec: SetSpec, matches: (hit: Hit) => boolean) => {
    const store = mendedBy[name];
    if (store && spec.repaired[store]) return undefined;
    return hits.find(
      (hit) =>
        hit.fault.name === name &&
        (hit.day === 'all' || hit.day === dayOf(spec.window.start)) &&
        matches(hit),
    );
  };
  return {
    hit: (name, spec, slot) => find(name, spec, (hit) => hit.slot === slot)?.fault.amount ?? null,
    hitNode: (name, spec, node) =>
      find(
        name,
        spec,
        ({ slot }) => slot !== null && nodesIn(slot, spec.data).some((n) => n.name === node),
      )?.fault.amount ?? null,
    hitsDay: (name, dayStart) =>
      hits.some((hit) => hit.fault.name === name && (hit.day === 'all' || hit.day === dayStart)),
    lostVolume: (spec, volume) =>
      find(
        'lost-disk',
        spec,
        ({ volume: lost }) => lost?.slot === volume.slot && lost.pod === volume.pod,
      ) !== undefined,
    losesVolumes: hits.some(({ volume }) => volume !== null),
    duplicateFrom: (spec, slot) =>
      find('double-count', spec, (hit) => hit.second === slot)?.slot ?? null,
    description: hits.map((hit) => ({ name: hit.fault.name, text: describe(hit, oldest) })),
  };
}

function resolve(world: World, fault: Fault, oldest: number, today: number): Hit {
  const takes: readonly FaultPart[] = faults[fault.name].takes;
  const has = (part: FaultPart) => takes.includes(part);
  const when = has('day') ? (fault.day ?? Math.max(oldest, today - 3 * day)) : 'all';
  if (when !== 'all' && (when < oldest || when > today)) {
    throw new UsageError(
      `${fault.name}: there are no sets for ${isoDate(when)}`,
      `a day from ${isoDate(oldest)} to ${isoDate(today)}, or more --days`,
    );
  }
  const at = when === 'all' ? today - day : when;
  const slot = has('node') ? findSlot(world, fault, at) : null;
  return {
    fault,
    day: when,
    slot,
    second: fault.name === 'double-count' && slot ? findSecond(world, slot, at) : null,
    volume: has('disk') ? findVolume(world, fault) : null,
  };
}

function findSlot(world: World, fault: Fault, at: number): NodeSlot {
  const { target } = fault;
  for (const cluster of world.clusters) {
    const slots = world.slots(cluster);
    if (target === null || target === cluster.id) {
      const slot =
        (fault.name === 'lost-node' ? slots.slice(1).find((s) => costs(s, at)) : null) ?? slots[0];
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
    first && `a cluster such as ${first.id}, or a name that /assets shows for that day`,
  );
}

/** Whether a node of the slot costs something on the day: without it, nothing would be missed. */
function costs(slot: NodeSlot, at: number): boolean {
  return nodesIn(slot, { start: at, end: at + day }).some((node) => nodeBillRate(node, at) > 0);
}

/** Another slot of the cluster whose nodes never go. */
function findSecond(world: World, first: NodeSlot, at: number): NodeSlot {
  const slots = world
    .slots(first.cluster)
    .filter((slot) => slot !== first && nodesIn(slot, { start: at, end: at + day }).length > 0);
  const second = slots.find((slot) => slot.turnover === null) ?? slots[0];
  if (second) return second;
  throw new UsageError(
    `double-count: ${first.cluster.id} has only one node`,
    'name a cluster with more, or raise --nodes',
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
    target === null ? 'raise --pods' : 'name a cluster, or a disk that /assets shows',
  );
}

function describe({ fault, day: when, slot, second, volume }: Hit, oldest: number): string {
  const { breaks } = faults[fault.name];
  const takes: readonly FaultPart[] = faults[fault.name].takes;
  const has = (part: FaultPart) => takes.includes(part);
  const what: string[] = [];
  if (slot) {
    const node = nodesIn(slot, {
      start: when === 'all' ? oldest : when,
      end: Number(when === 'all' ? oldest : when) + day,
    })[0];
    what.push(`${slot.cluster.id}/${node?.name ?? ''}`);
  }
  if (second) what.push(`again on node ${second.order + 1} of the cluster`);
  if (volume) what.push(`${volume.slot.cluster.id}/${volume.name}`);
  if (has('amount') || has('share')) what.push(`${Math.round(fault.amount * 1e6) / 1e4}%`);
  if (has('hours')) what.push(`${fault.amount / 3_600_000}h`);
  if (has('delay')) what.push(`${fault.amount}ms`);
  if (has('day')) what.push(when === 'all' ? 'every day' : `on ${isoDate(when)}`);
  return what.length === 0 ? breaks : `${breaks}: ${what.join(', ')}`;
}

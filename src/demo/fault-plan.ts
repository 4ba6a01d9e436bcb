import type { SetSpec } from './build/spec.ts';
import { describeFault, type ResolvedFault, resolveFault } from './fault-targets.ts';
import type { Fault, FaultName } from './faults.ts';
import { dayOf } from './time.ts';
import type { Cluster } from './world/clusters.ts';
import { type NodeSlot, nodesIn } from './world/nodes.ts';
import type { Volume } from './world/volumes.ts';
import type { World } from './world/world.ts';

/** The requested faults, resolved to days and objects of one world; the stores are built by it. */
export interface FaultPlan {
  /** Amount of the fault on the nodes of a slot in a set; null where it does not apply. */
  amountOn(name: FaultName, spec: SetSpec, slot: NodeSlot): number | null;
  /** The same by the name of a node. */
  amountOnNode(name: FaultName, spec: SetSpec, node: string): number | null;
  /** Whether a fault of whole days applies to this day. */
  affectsDay(name: FaultName, dayStart: number): boolean;
  /** Amount of a fault of whole days on this day; null where it does not apply. */
  amountOfDay(name: FaultName, dayStart: number): number | null;
  /** The day of a fault of one day; null where it is not requested. */
  dayOf(name: FaultName): number | null;
  /** Whether a fault of one cluster applies to this one in a set. */
  affectsCluster(name: FaultName, spec: SetSpec, cluster: Cluster): boolean;
  isLost(spec: SetSpec, volume: Volume): boolean;
  /** Whether any volume is lost on any day. */
  readonly losesVolumes: boolean;
  /** The slot whose DaemonSet pod appears a second time on the nodes of this slot; null for none. */
  duplicateFrom(spec: SetSpec, slot: NodeSlot): NodeSlot | null;
  /** Each fault with what it affects: `price-drift`, `…: cluster-one/ip-…, 10%, on 2026-03-01`. */
  readonly description: readonly { readonly name: FaultName; readonly text: string }[];
}

/** The store whose repair removes the fault; faults of the metrics survive it. */
const repairedBy: Partial<Record<FaultName, keyof SetSpec['repaired']>> = {
  'lost-disk': 'assets',
  'lost-node': 'assets',
  'stale-asset-total': 'assets',
  'stale-asset-agg': 'assets',
  'price-drift': 'allocations',
  'over-allocated': 'allocations',
  'absurd-request': 'allocations',
  'stale-allocation-total': 'allocations',
  'stale-allocation-agg': 'allocations',
  'double-count': 'allocations',
  'bill-mismatch': 'cloud',
  'half-bill': 'cloud',
  nan: 'allocations',
  'discount-missing': 'allocations',
};

export const noFaults: FaultPlan = {
  amountOn: () => null,
  amountOnNode: () => null,
  affectsDay: () => false,
  amountOfDay: () => null,
  dayOf: () => null,
  affectsCluster: () => false,
  isLost: () => false,
  losesVolumes: false,
  duplicateFrom: () => null,
  description: [],
};

/**
 * @param days midnights of the first and the last day of the stores
 * @throws UsageError where a fault names an object or a day that this world does not have
 */
export function makeFaultPlan(
  world: World,
  requested: readonly Fault[],
  days: { readonly oldest: number; readonly today: number },
): FaultPlan {
  if (requested.length === 0) return noFaults;
  const resolved = requested.map((fault) => resolveFault(world, fault, days));
  const isOn = (one: ResolvedFault, day: number) => one.day === 'all' || one.day === day;
  const find = (name: FaultName, spec: SetSpec, matches: (one: ResolvedFault) => boolean) => {
    const store = repairedBy[name];
    const isRepaired = store !== undefined && spec.repaired[store];
    const day = dayOf(spec.window.start);
    return resolved.find(
      (one) =>
        one.fault.name === name &&
        isOn(one, day) &&
        matches(one) &&
        !(isRepaired && isRepairable(one, spec)),
    );
  };
  /** Whether a repair reaches what the fault affects. */
  const isRepairable = (one: ResolvedFault, { others }: SetSpec) => {
    const cluster = one.cluster ?? one.volume?.slot.cluster ?? one.slots[0]?.cluster;
    return others === null || cluster === world.clusters[0];
  };
  const hasNode = (slots: readonly NodeSlot[], spec: SetSpec, node: string) =>
    slots.some((slot) => nodesIn(slot, spec.data).some(({ name }) => name === node));
  return {
    amountOn: (name, spec, slot) =>
      find(name, spec, (one) => one.slots.includes(slot))?.fault.amount ?? null,
    amountOnNode: (name, spec, node) =>
      find(name, spec, ({ slots }) => hasNode(slots, spec, node))?.fault.amount ?? null,
    affectsDay: (name, dayStart) =>
      resolved.some((one) => one.fault.name === name && isOn(one, dayStart)),
    amountOfDay: (name, dayStart) =>
      resolved.find((one) => one.fault.name === name && isOn(one, dayStart))?.fault.amount ?? null,
    dayOf: (name) => {
      const when = resolved.find(({ fault }) => fault.name === name)?.day;
      return typeof when === 'number' ? when : null;
    },
    affectsCluster: (name, spec, cluster) =>
      find(name, spec, (one) => one.cluster === cluster) !== undefined,
    isLost: (spec, { slot, pod }) =>
      find('lost-disk', spec, ({ volume }) => volume?.slot === slot && volume.pod === pod) !==
      undefined,
    losesVolumes: resolved.some(({ volume }) => volume !== null),
    duplicateFrom: (spec, slot) =>
      find('double-count', spec, (one) => one.second === slot)?.slots[0] ?? null,
    description: resolved.map((one) => ({
      name: one.fault.name,
      text: describeFault(one, days.oldest),
    })),
  };
}

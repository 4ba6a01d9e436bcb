import { minute, second } from '../../time.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { dayOf } from '../time.ts';
import type { World } from '../world/world.ts';
import { type Allocation, amounts, unmountedSuffix } from './allocation.ts';
import { buildAllocations } from './allocations.ts';
import type { Asset } from './asset.ts';
import { buildAssets } from './assets.ts';
import type { SetSpec } from './spec.ts';

/** Duration of the rows that stale series leave at the start of a day without samples. */
const leftover = 2 * minute + 30 * second;

/** Allocations of a set with the faults of whole days: `no-samples` and `all-free`. */
export function* storedAllocations(
  world: World,
  spec: SetSpec,
  plan: FaultPlan,
): Generator<Allocation> {
  const day = dayOf(spec.window.start);
  if (plan.affectsDay('no-samples', day)) {
    for (const row of buildAllocations(world, leftoverSpec(spec), plan)) {
      if (row.start < row.end) yield leftoverRow(row, spec);
    }
    return;
  }
  const isFree = plan.affectsDay('all-free', day);
  for (const row of buildAllocations(world, spec, plan)) yield isFree ? freeRow(row) : row;
}

/** Assets of a set with the faults of whole days. */
export function* storedAssets(world: World, spec: SetSpec, plan: FaultPlan): Generator<Asset> {
  const day = dayOf(spec.window.start);
  if (plan.affectsDay('no-samples', day)) {
    for (const asset of buildAssets(world, leftoverSpec(spec), plan)) {
      const isSampled = asset.type === 'Node' || asset.type === 'Disk';
      if (isSampled && asset.start < asset.end) yield freeAsset(asset);
    }
    return;
  }
  const isFree = plan.affectsDay('all-free', day);
  for (const asset of buildAssets(world, spec, plan)) yield isFree ? freeAsset(asset) : asset;
}

/** The first minutes of a day; later hourly sets of it have no data at all. */
function leftoverSpec(spec: SetSpec): SetSpec {
  const day = dayOf(spec.data.start);
  const start = Math.min(spec.data.start, day + leftover);
  const data = { start, end: Math.min(spec.data.end, day + leftover) };
  return { ...spec, data, assetsReconciled: false, allocationsReconciled: false };
}

/** A row without costs and node; unmounted rows last to the end of the set. */
function leftoverRow(row: Allocation, spec: SetSpec): Allocation {
  const { cluster, namespace, pod, container } = row.properties;
  const isUnmounted = container === unmountedSuffix;
  return {
    ...freeRow(row),
    name: `${cluster}//${namespace}/${pod}/${container}`,
    properties: { ...row.properties, node: '', providerID: '' },
    end: isUnmounted ? spec.data.end : row.end,
  };
}

/** The row with every cost 0; hours and bytes stay. */
function freeRow(row: Allocation): Allocation {
  const free = { ...row };
  for (const amount of amounts) if (/Cost/.test(amount)) free[amount] = 0;
  const withoutCost = <T>(shares: ReadonlyMap<string, T> | null) =>
    shares &&
    new Map([...shares].map(([key, share]) => [key, { ...share, cost: 0, adjustment: 0 }]));
  return { ...free, pvs: withoutCost(row.pvs), lbs: withoutCost(row.lbs) };
}

function freeAsset(asset: Asset): Asset {
  const free = { ...asset, cost: 0, adjustment: 0, credit: 0 };
  if (!asset.node) return free;
  return { ...free, node: { ...asset.node, cpuCost: 0, ramCost: 0, gpuCost: 0 } };
}

import { type Aggregate, aggregate, type KeyOf } from './build/aggregates.ts';
import { type Allocation, amounts } from './build/allocation.ts';
import { countAllocations } from './build/allocations.ts';
import type { Asset } from './build/asset.ts';
import { type AssetKeyOf, type AssetSum, aggregateAssets } from './build/asset-aggregates.ts';
import { countAssets } from './build/assets.ts';
import { type BillLine, buildBills } from './build/bills.ts';
import { storedAllocations, storedAssets } from './build/day-faults.ts';
import { idleAllocations, tenancyCosts } from './build/idle.ts';
import { rebuiltSpec, type SetSpec, specKey } from './build/spec.ts';
import { partsOf, type StorePart } from './build/store-parts.ts';
import {
  type AllocationTotals,
  type AssetTotals,
  allocationTotals,
  amountsOf,
  assetTotals,
  type Totals,
} from './build/totals.ts';
import type { FaultPlan } from './fault-plan.ts';
import { LruCache } from './lru-cache.ts';
import { withStaleTotals } from './stale-totals.ts';
import { dayOf } from './time.ts';
import type { Cluster } from './world/clusters.ts';
import type { World } from './world/world.ts';

/**
 * The stores of the simulated Kubecost, unrounded. Rows are generated on every read; totals and
 * aggregates are stores of their own, which faults can make outdated.
 */
export interface Stores {
  assets(spec: SetSpec): Iterable<Asset>;
  allocations(spec: SetSpec): Iterable<Allocation>;
  bills(spec: SetSpec): Iterable<BillLine>;
  assetTotals(spec: SetSpec): Totals<AssetTotals>;
  allocationTotals(spec: SetSpec): Totals<AllocationTotals>;
  /** Assets summed by properties; by cluster alone from the totals. */
  assetsBy(
    spec: SetSpec,
    properties: readonly string[],
    keys: readonly AssetKeyOf[],
  ): Map<string, AssetSum>;
  allocationsBy(
    spec: SetSpec,
    properties: readonly string[],
    keys: readonly KeyOf[],
  ): Map<string, Aggregate>;
  idle(spec: SetSpec, byNode: boolean, reconcile: boolean): Allocation[];
  tenancy(spec: SetSpec, reconcile: boolean): Map<string, number>;
  /** Number of rows of the sets and of keys of their aggregates; of one cluster, or of all. */
  sizes(spec: SetSpec, cluster?: Cluster): Sizes;
}

interface Sizes {
  readonly assets: number;
  readonly assetTypes: number;
  readonly allocations: number;
  readonly controllers: number;
}

export function makeStores(world: World, plan: FaultPlan, clampIdle: boolean): Stores {
  const totalsOfAssets = new LruCache<Totals<AssetTotals>>(100);
  const totalsOfAllocations = new LruCache<Totals<AllocationTotals>>(100);
  const aggregates = new LruCache<Map<string, Aggregate>>(24);
  const sizes = new LruCache<Sizes>(2000);

  /** Rows without the fault `nan`, which affects neither totals nor aggregates. */
  function* rows(spec: SetSpec): Generator<Allocation> {
    for (const part of partsOf(world, spec)) yield* allocationsOf(part);
  }
  function* assets(spec: SetSpec): Generator<Asset> {
    for (const part of partsOf(world, spec)) yield* assetsOf(part);
  }
  function* allocationsOf({ world, spec }: StorePart): Generator<Allocation> {
    if (spec.allocations === 'full')
      yield* storedAllocations(world, rebuiltSpec(spec, 'allocations'), plan);
  }
  function* assetsOf({ world, spec }: StorePart): Generator<Asset> {
    if (spec.assets === 'full') yield* storedAssets(world, rebuiltSpec(spec, 'assets'), plan);
  }

  function sizesOf(part: StorePart): Sizes {
    const { world, spec } = part;
    if (plan.affectsDay('no-samples', dayOf(spec.window.start))) {
      const kept = [...assetsOf(part)];
      const own = [...allocationsOf(part)].map(({ properties }) => properties.controller);
      return {
        assets: kept.length,
        assetTypes: new Set(kept.map(({ type }) => type)).size,
        allocations: own.length,
        controllers: new Set(own).size,
      };
    }
    const { rows, controllers } =
      spec.allocations === 'full'
        ? countAllocations(world, rebuiltSpec(spec, 'allocations'), plan)
        : { rows: 0, controllers: 0 };
    const counted =
      spec.assets === 'full'
        ? countAssets(world, rebuiltSpec(spec, 'assets'), plan)
        : { assets: 0, assetTypes: 0 };
    return { ...counted, allocations: rows, controllers };
  }

  const stores: Stores = {
    assets,
    *allocations(spec) {
      let healthy = false;
      for (const row of rows(spec)) {
        if (healthy || plan.amountOnNode('nan', spec, row.properties.node) === null) yield row;
        else {
          healthy = true;
          yield { ...row, cpuCost: Number.NaN };
        }
      }
    },
    *bills(spec) {
      if (spec.billed) yield* buildBills(world, spec, plan);
    },
    assetTotals: (spec) =>
      totalsOfAssets.get(specKey(spec), () => {
        const totals = assetTotals(assets(spec));
        const stale = (node: string) => plan.amountOnNode('stale-asset-total', spec, node);
        return withStaleTotals(totals, stale, amountsOf);
      }),
    allocationTotals: (spec) =>
      totalsOfAllocations.get(specKey(spec), () => {
        const totals = allocationTotals(rows(spec));
        const stale = (node: string) => plan.amountOnNode('stale-allocation-total', spec, node);
        return withStaleTotals(totals, stale, ({ cpu, gpu, ram }) => [cpu, gpu, ram]);
      }),
    assetsBy(spec, properties, keys) {
      const names = properties
        .map((p) => p.toLowerCase())
        .sort()
        .join();
      if (names === 'cluster') return clusterSums(assets(spec), stores.assetTotals(spec), keys);
      const fault = names === 'cluster,providerid' ? 'stale-asset-total' : 'stale-asset-agg';
      return aggregateAssets(
        mapped(assets(spec), (asset) => {
          const stale =
            asset.type === 'Node' ? plan.amountOnNode(fault, spec, asset.properties.name) : null;
          return stale === null ? asset : outdatedAsset(asset, stale);
        }),
        keys,
      );
    },
    allocationsBy: (spec, properties, keys) =>
      aggregates.get(`${specKey(spec)} ${properties.join()}`, () =>
        aggregate(
          mapped(rows(spec), (row) => {
            const stale = plan.amountOnNode('stale-allocation-agg', spec, row.properties.node);
            return stale === null ? row : outdatedAllocation(row, stale);
          }),
          keys,
        ),
      ),
    idle: (spec, byNode, reconcile) =>
      idleAllocations(stores.assetTotals(spec), stores.allocationTotals(spec), spec, {
        byNode,
        reconcile,
        clamp: clampIdle,
      }),
    tenancy: (spec, reconcile) => tenancyCosts(stores.assetTotals(spec), reconcile),
    sizes: (spec, cluster) =>
      sizes.get(`${specKey(spec)} ${cluster?.id ?? ''}`, () =>
        partsOf(world, spec, cluster).map(sizesOf).reduce(largerAndSum),
      ),
  };
  return stores;
}

/** Sizes of two parts together; clusters have the same types and controllers. */
function largerAndSum(a: Sizes, b: Sizes): Sizes {
  return {
    assets: a.assets + b.assets,
    allocations: a.allocations + b.allocations,
    assetTypes: Math.max(a.assetTypes, b.assetTypes),
    controllers: Math.max(a.controllers, b.controllers),
  };
}

/** Sums of the assets by cluster, with the cost that the total store has. */
function clusterSums(
  assets: Iterable<Asset>,
  totals: Totals<AssetTotals>,
  keys: readonly AssetKeyOf[],
): Map<string, AssetSum> {
  const sums = aggregateAssets(assets, keys);
  for (const [key, sum] of sums) {
    const stored = totals.byCluster.get(sum.properties.cluster);
    if (!stored) continue;
    const parts = amountsOf(stored);
    const cost = parts.reduce((all, part) => all + part.cost, 0);
    const adjustment = parts.reduce((all, part) => all + part.adjustment, 0);
    sums.set(key, { ...sum, cost, adjustment, credit: 0, total: cost + adjustment });
  }
  return sums;
}

function outdatedAsset(asset: Asset, part: number): Asset {
  const keep = 1 - part;
  const { node } = asset;
  const old = { ...asset, cost: asset.cost * keep, adjustment: asset.adjustment * keep };
  if (!node) return old;
  return {
    ...old,
    node: {
      ...node,
      cpuCost: node.cpuCost * keep,
      ramCost: node.ramCost * keep,
      gpuCost: node.gpuCost * keep,
    },
  };
}

function outdatedAllocation(row: Allocation, part: number): Allocation {
  const old = { ...row };
  for (const amount of amounts) if (/Cost/.test(amount)) old[amount] *= 1 - part;
  return old;
}

function* mapped<T>(items: Iterable<T>, change: (item: T) => T): Generator<T> {
  for (const item of items) yield change(item);
}

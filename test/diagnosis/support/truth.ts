import { auditStores } from '../../../src/demo/audits/engine.ts';
import { type Allocation, allocationTotal } from '../../../src/demo/build/allocation.ts';
import type { Asset } from '../../../src/demo/build/asset.ts';
import type { BillLine } from '../../../src/demo/build/bills.ts';
import { dayOf } from '../../../src/demo/time.ts';
import type { ProductVariantName } from '../../../src/demo/variants.ts';
import { kubecostOf } from '../../demo/support/in-process.ts';

export interface World {
  readonly seed: number;
  readonly clusters: number;
  readonly nodes: number;
  readonly pods: number;
  readonly days: number;
  readonly as: ProductVariantName;
}

/** What the stores of a server hold for a day, before any rounding. */
export interface Stored {
  readonly allocations: readonly Allocation[];
  readonly assets: readonly Asset[];
  readonly bills: readonly BillLine[];
  readonly idle: number;
  /** Allocations by node, and assets by providerID, as the aggregates have them. */
  readonly grouped: { readonly allocations: number; readonly assets: number };
  readonly assetTotals: number;
}

/** The stores of a simulated server for one day. */
export function storedOn(world: World, faults: string[], at: string, now: number): Stored {
  const clock = { now: () => now, sleep: async () => {} };
  const { kubecost } = kubecostOf({ ...world, faults }, clock);
  const set = kubecost.pipeline.set('day', dayOf(Date.parse(at)), now);
  if (set === null) throw new Error('there is no such set');
  const stores = auditStores(kubecost.stores, set);
  return {
    allocations: [...stores.allocations()],
    assets: [...stores.assets()],
    bills: [...stores.bills()],
    idle: sum([...stores.idle()].map(allocationTotal)),
    grouped: {
      allocations: sum([...stores.allocationsBy('node')].map(allocationTotal)),
      assets: sum([...stores.assetsBy(['providerid']).values()]),
    },
    assetTotals: stores.assetsTotal(),
  };
}

export const sum = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0);

export const workloads = ({ allocations }: Stored, of: (one: Allocation) => boolean = () => true) =>
  sum(allocations.filter(of).map(allocationTotal));

export const assets = ({ assets: all }: Stored, of: (one: Asset) => boolean = () => true) =>
  sum(all.filter(of).map(({ cost, adjustment, credit }) => cost + adjustment + credit));

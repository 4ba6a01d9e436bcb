import { type Allocation, allocationTotal } from '../../../src/demo/build/allocation.ts';
import type { FaultName } from '../../../src/demo/faults.ts';
import { type ProductVariantName, productVariants } from '../../../src/demo/variants.ts';
import type { Code } from '../../../src/diagnosis/codes.ts';
import type { Finding } from '../../../src/diagnosis/schema.ts';
import { assets, type Stored, sum, workloads } from './truth.ts';

/** The stores with the fault and without it, and what the fault affects: `cluster/node`, `cluster/disk` or a cluster. */
export interface Compared {
  readonly broken: Stored;
  readonly healthy: Stored;
  readonly place: string;
}

export interface Expected {
  readonly code: Code;
  readonly kind: NonNullable<Finding['object']>['kind'];
  /** Stores that hold the wrong number. */
  readonly wrong: Finding['wrong'];
  readonly basis: readonly Finding['amount']['basis'][];
  /** By how much the number shown is too high, from the stores themselves. */
  readonly amount: (compared: Compared) => number;
  /** Names of the objects; the affected place where it is left out, null where the fault has no place. */
  readonly names?: ((compared: Compared) => string | RegExp) | null;
}

const nameIn = (place: string) => place.slice(place.indexOf('/') + 1);
const clusterIn = (place: string) => place.split('/')[0] ?? '';
const moreWorkloads = ({ broken, healthy }: Compared) => workloads(broken) - workloads(healthy);
const moreAssets = ({ broken, healthy }: Compared) => assets(broken) - assets(healthy);
const moreIdle = ({ broken, healthy }: Compared) => broken.idle - healthy.idle;
const anyNode = null;

/** What allocations cost by their CPU, RAM and GPU. */
function nodeCosts({ allocations }: Stored, of: (one: Allocation) => boolean = () => true): number {
  return sum(
    allocations
      .filter(of)
      .map(
        (a) =>
          a.cpuCost +
          a.cpuCostAdjustment +
          a.ramCost +
          a.ramCostAdjustment +
          a.gpuCost +
          a.gpuCostAdjustment,
      ),
  );
}

/** Days without data are estimated from those around them. */
const lostDay = (code: Code): Expected => ({
  code,
  kind: 'day',
  wrong: ['allocations', 'assets'],
  basis: ['estimated'],
  amount: moreAssets,
  names: () => '2026-03-07',
});

/** Every fault that an audit fails by, and the one finding that it has to be. */
export function expectedOf(as: ProductVariantName): Readonly<Partial<Record<FaultName, Expected>>> {
  const { reconciles, noData } = productVariants[as];
  // an answer with an empty set where there is none
  const noDay = noData === '[{}]' ? 'empty-set' : 'missing-day';
  return {
    'price-drift': {
      code: 'price-mismatch',
      kind: 'node',
      wrong: ['allocations'],
      basis: ['measured'],
      amount: moreWorkloads,
    },
    'lost-disk': {
      code: 'disk-without-asset',
      kind: 'volume',
      wrong: ['assets'],
      basis: ['measured'],
      amount: ({ broken, place }) =>
        -sum(
          broken.allocations.flatMap(({ pvs }) =>
            [...(pvs ?? [])].flatMap(([key, { cost }]) =>
              key.includes(nameIn(place)) ? [cost] : [],
            ),
          ),
        ),
    },
    'lost-node': {
      code: 'node-without-asset',
      kind: 'node',
      wrong: ['assets'],
      basis: ['estimated', 'lower-bound'],
      amount: moreAssets,
    },
    'absurd-request': {
      code: 'absurd-request',
      kind: 'container',
      wrong: ['allocations'],
      basis: ['lower-bound'],
      amount: moreWorkloads,
      names: () => /^[^/]+\/[^/]+\/[^/]+$/,
    },
    'prices-stop': reconciles
      ? {
          code: 'node-partly-recorded',
          kind: 'node',
          wrong: ['allocations', 'idle'],
          basis: ['estimated'],
          amount: moreWorkloads,
        }
      : {
          code: 'node-partly-recorded',
          kind: 'node',
          wrong: ['assets', 'idle'],
          basis: ['estimated'],
          amount: moreAssets,
        },
    'duplicate-node': {
      code: 'duplicate-asset',
      kind: 'node',
      wrong: ['assets', 'idle'],
      basis: ['measured'],
      amount: moreAssets,
    },
    'cluster-typo': {
      code: 'cluster-id-mismatch',
      kind: 'node',
      wrong: ['assets'],
      basis: ['estimated', 'lower-bound'],
      amount: ({ healthy, place }) =>
        -assets(
          healthy,
          ({ type, properties: { name } }) => type === 'Node' && name === nameIn(place),
        ),
    },
    'node-renamed': {
      code: 'node-name-mismatch',
      kind: 'node',
      wrong: ['allocations'],
      basis: ['measured'],
      amount: ({ broken }) => nodeCosts(broken, ({ properties: { node } }) => /:\d+$/.test(node)),
      names: () => /^[\d.]+:\d+$/,
    },
    'pods-missing': {
      code: 'cluster-in-one-store',
      kind: 'cluster',
      wrong: ['allocations'],
      basis: ['estimated'],
      amount: moreWorkloads,
    },
    'no-samples': lostDay('no-data-day'),
    'samples-stop': {
      code: 'partial-day',
      kind: 'cluster',
      wrong: ['assets', 'allocations'],
      basis: ['estimated'],
      amount: moreAssets,
      names: () => /^cluster-(one|two)$/,
    },
    ...(reconciles
      ? {
          'stale-allocation-total': {
            code: 'allocation-totals-stale',
            kind: 'node',
            wrong: ['allocation-totals', 'idle'],
            basis: ['measured'],
            amount: moreIdle,
          } as const,
          'stale-asset-total': {
            code: 'asset-totals-stale',
            kind: 'node',
            wrong: ['asset-totals', 'idle'],
            basis: ['measured'],
            amount: ({ broken, healthy }) => broken.assetTotals - healthy.assetTotals,
          } as const,
          'stale-asset-agg': {
            code: 'asset-aggregate-stale',
            kind: 'slice',
            wrong: ['asset-aggregates'],
            basis: ['measured'],
            amount: ({ broken, healthy }) => broken.grouped.assets - healthy.grouped.assets,
          } as const,
          'bill-mismatch': {
            code: 'bill-mismatch',
            kind: 'bill',
            wrong: ['assets'],
            basis: ['measured'],
            amount: ({ broken, healthy }) =>
              sum(healthy.bills.map(({ amortizedNetCost }) => amortizedNetCost)) -
              sum(broken.bills.map(({ amortizedNetCost }) => amortizedNetCost)),
          } as const,
          'reconcile-error': {
            code: 'allocations-not-reconciled',
            kind: 'node',
            wrong: ['allocations'],
            basis: ['measured'],
            // the finding names nodes: the volumes and networks of a day are another part of the difference
            amount: ({ broken, healthy }) => nodeCosts(broken) - nodeCosts(healthy),
            names: anyNode,
          } as const,
        }
      : {}),
    'stale-allocation-agg': {
      code: 'allocation-aggregate-stale',
      kind: 'slice',
      wrong: ['allocation-aggregates'],
      basis: ['measured'],
      amount: ({ broken, healthy }) => broken.grouped.allocations - healthy.grouped.allocations,
    },
    'double-count': {
      code: 'duplicate-pod',
      kind: 'container',
      wrong: ['allocations'],
      basis: ['measured'],
      amount: moreWorkloads,
      names: () => /^[^/]+\/[^/]+$/,
    },
    nan: {
      code: 'cost-not-a-number',
      kind: 'row',
      wrong: ['allocations'],
      basis: ['estimated'],
      amount: ({ broken, healthy }) => {
        const names = new Set(
          broken.allocations.flatMap((a) => (Number.isNaN(allocationTotal(a)) ? [a.name] : [])),
        );
        return -sum(
          healthy.allocations
            .filter(({ name }) => names.has(name))
            .map(({ cpuCost, cpuCostAdjustment }) => cpuCost + cpuCostAdjustment),
        );
      },
      names: ({ place }) => new RegExp(`^${place.replaceAll('.', '\\.')}/`),
    },
    'discount-missing': {
      code: 'discount-not-applied',
      kind: 'node',
      wrong: ['allocations'],
      basis: ['measured'],
      amount: moreWorkloads,
      names: anyNode,
    },
    gap: lostDay(noDay),
    empty: lostDay('empty-set'),
    'compute-error': { ...lostDay(noDay), wrong: ['allocations'], amount: moreWorkloads },
  };
}

/** The name that the object of a finding has to have; null where any is right. */
export function nameOf({ names }: Expected, compared: Compared): string | RegExp | null {
  if (names === null) return null;
  if (names !== undefined) return names(compared);
  const { place } = compared;
  return place.includes('/') ? nameIn(place) : clusterIn(place);
}

/** How far an amount may be from the truth: the stores round, and estimates come from other days. */
export function isWithinBasis({ basis, total }: Finding['amount'], truth: number): boolean {
  if (total === null || Math.sign(total) !== Math.sign(truth)) return false;
  const off = Math.abs(total - truth);
  if (basis === 'measured') return off <= 0.001 + 0.002 * Math.abs(truth);
  if (basis === 'estimated') return off <= 0.35 * Math.abs(truth);
  return basis === 'lower-bound' && Math.abs(total) <= Math.abs(truth) * 1.001;
}

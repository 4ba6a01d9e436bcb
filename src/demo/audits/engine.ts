import type { AuditType } from '../../audits/types.ts';
import type { Span } from '../../time.ts';
import { allocationKey } from '../build/aggregates.ts';
import type { Allocation } from '../build/allocation.ts';
import type { Asset } from '../build/asset.ts';
import { assetProperty } from '../build/asset-aggregates.ts';
import type { BillLine } from '../build/bills.ts';
import type { SetSpec } from '../build/spec.ts';
import { amountsOf } from '../build/totals.ts';
import { defaultQuery, queryAllocations } from '../query/allocations.ts';
import type { Stores } from '../stores.ts';

/** Result of one audit of one set. */
export interface AuditFinding {
  readonly type: AuditType;
  readonly status: 'Passed' | 'Warning' | 'Failed';
  readonly description: string;
  /** Keys as listed in docs/audits.md; a node is `cluster/node`. */
  readonly differences: readonly {
    readonly key: readonly string[];
    readonly expected: number;
    readonly actual: number;
  }[];
  readonly missing: readonly { readonly key: readonly string[]; readonly description: string }[];
}

/** Unrounded contents of the stores for one day, named as in docs/audits.md. */
export interface AuditStores {
  /** S */
  assets(): Iterable<Asset>;
  /** A */
  allocations(): Iterable<Allocation>;
  /** I */
  idle(): Iterable<Allocation>;
  /** C */
  bills(): Iterable<BillLine>;
  /** Rows of the aggregate store, without idle. */
  allocationsBy(property: string): Iterable<Allocation>;
  /** Total cost by key. */
  assetsBy(properties: readonly string[]): ReadonlyMap<string, number>;
  /** Sum of everything, from the total store. */
  assetsTotal(): number;
  /** Rows by cluster, with idle by node and tenancy costs. */
  clusters(): Iterable<Allocation>;
}

interface AuditRequest {
  readonly window: Span;
  readonly types: readonly AuditType[];
  readonly stores: AuditStores;
  /** Whether negative idle is stored as 0. */
  readonly clampsIdle: boolean;
}

/** Computes the audits that the simulated Kubecost keeps. */
export type AuditEngine = (question: AuditRequest) => readonly AuditFinding[];

export function auditStores(stores: Stores, set: SetSpec): AuditStores {
  const by = (property: string) => {
    const key = allocationKey(property);
    return key ? [{ property, key }] : [];
  };
  return {
    assets: () => stores.assets(set),
    allocations: () => stores.allocations(set),
    idle: () => stores.idle(set, true, true),
    bills: () => stores.bills(set),
    allocationsBy: (property) =>
      queryAllocations(stores, set, { ...defaultQuery, aggregate: by(property) }),
    assetsBy: (properties) => {
      const keys = properties.map(assetProperty).filter((key) => key !== null);
      const sums = stores.assetsBy(set, properties, keys);
      return new Map([...sums].map(([key, { total }]) => [key, total]));
    },
    assetsTotal: () =>
      [...stores.assetTotals(set).byCluster.values()]
        .flatMap(amountsOf)
        .reduce((sum, { cost, adjustment }) => sum + cost + adjustment, 0),
    clusters: () =>
      queryAllocations(stores, set, {
        ...defaultQuery,
        aggregate: by('cluster'),
        idle: true,
        splitIdle: true,
        idleByNode: true,
        shareTenancyCosts: true,
      }),
  };
}

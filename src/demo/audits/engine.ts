import type { AuditType } from '../../audits/types.ts';
import { allocationKey } from '../build/aggregates.ts';
import type { Allocation } from '../build/allocation.ts';
import type { Asset } from '../build/asset.ts';
import { assetProperty } from '../build/asset-aggregates.ts';
import type { BillLine } from '../build/bills.ts';
import type { SetSpec } from '../build/spec.ts';
import { moneyOf } from '../build/totals.ts';
import { answerAllocations, plainQuestion } from '../query/allocations.ts';
import type { Stores } from '../stores.ts';
import type { Span } from '../time.ts';

/** One audit of one set, as an engine found it. */
export interface AuditFinding {
  readonly type: AuditType;
  readonly status: 'Passed' | 'Warning' | 'Failed';
  readonly description: string;
  /** Keys as docs/audits.md's table says; a node is `cluster/node`. */
  readonly differences: readonly {
    readonly key: readonly string[];
    readonly expected: number;
    readonly actual: number;
  }[];
  readonly missing: readonly { readonly key: readonly string[]; readonly description: string }[];
}

/** The answers of the stores for one day, unrounded, in the terms of docs/audits.md. */
export interface AuditStores {
  /** S */
  assets(): Iterable<Asset>;
  /** A */
  allocations(): Iterable<Allocation>;
  /** I */
  idle(): Iterable<Allocation>;
  /** C */
  bills(): Iterable<BillLine>;
  /** The aggregate store's rows, as A otherwise. */
  allocationsBy(property: string): Iterable<Allocation>;
  /** Total cost by key. */
  assetsBy(properties: readonly string[]): ReadonlyMap<string, number>;
  /** Everything, as the total store has it. */
  assetsTotal(): number;
  /** By cluster, with idle by node and tenancy. */
  clusters(): Iterable<Allocation>;
}

interface AuditQuestion {
  readonly window: Span;
  readonly types: readonly AuditType[];
  readonly stores: AuditStores;
  /** Whether an idle below 0 is stored as 0. */
  readonly clampsIdle: boolean;
}

/** Whatever computes the audits that the simulated Kubecost keeps in its AuditStore. */
export type AuditEngine = (question: AuditQuestion) => readonly AuditFinding[];

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
      answerAllocations(stores, set, { ...plainQuestion, aggregate: by(property) }),
    assetsBy: (properties) => {
      const keys = properties.map(assetProperty).filter((key) => key !== null);
      const sums = stores.assetsBy(set, properties, keys);
      return new Map([...sums].map(([key, { total }]) => [key, total]));
    },
    assetsTotal: () =>
      [...stores.assetTotals(set).byCluster.values()]
        .flatMap(moneyOf)
        .reduce((sum, { cost, adjustment }) => sum + cost + adjustment, 0),
    clusters: () =>
      answerAllocations(stores, set, {
        ...plainQuestion,
        aggregate: by('cluster'),
        idle: true,
        splitIdle: true,
        idleByNode: true,
        shareTenancyCosts: true,
      }),
  };
}

import type { Span } from '../time.ts';
import type { StoredTotals } from './schema.ts';
import type { RepairMetric, RepairStore } from './stores.ts';

/** A node that must have samples, and when. */
export interface ExpectedNode {
  /** `cluster/node`. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

/** Number of samples by node (`cluster/node`), in each hour of a day. */
export type HourlySamples = ReadonlyMap<string, readonly number[]>;

/** A response, or why there is none. */
export type Known<T> = { readonly value: T } | { readonly failure: string };

/** What a server holds of one UTC day, and what it could rebuild it from. */
export interface DayEvidence {
  readonly day: Span;
  /** By metric; not requested where the day is beyond the retention. */
  readonly samples: Known<ReadonlyMap<RepairMetric, HourlySamples>> | null;
  /** Nodes of the stored set, and nodes that both neighbouring days have. */
  readonly expected: Known<readonly ExpectedNode[]>;
  /** Clusters of the stored sets whose data another Kubecost builds, see {@link clustersElsewhere}. */
  readonly elsewhere: readonly string[];
  readonly stored: ReadonlyMap<RepairStore, Known<StoredTotals>>;
  /** Stores whose set is being rebuilt now. */
  readonly repairing: ReadonlySet<RepairStore>;
}

/** Facts about a server that hold for all days. */
export interface ServerEvidence {
  /** The server's clock, in milliseconds since 1970. */
  readonly now: number;
  /** Why the product cannot repair, and what to do instead; null where it can. */
  readonly unsupported: string | null;
  /** Time that Prometheus keeps samples, in milliseconds; null where the server does not report it. */
  readonly retention: number | null;
  /** Whether bills are read at all; null where that is unknown. */
  readonly isBilled: boolean | null;
}

/** A set that should be rebuilt. */
export interface RepairTarget {
  readonly day: Span;
  readonly store: RepairStore;
  readonly reason: string;
  /** Cost and rows that the set has too much, as far as findings say: it shrinks by them. */
  readonly excess: StoredTotals;
}

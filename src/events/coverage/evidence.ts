import type { Store } from '../kinds.ts';
import type { SetHistories } from '../set-histories.ts';
import type { Resolution } from './state.ts';

/** A file of a store, as `/etl/status` lists it. Times in milliseconds since 1970. */
export interface StoreFile {
  readonly start: number;
  readonly end: number;
  /** Bytes; null where not said. */
  readonly size: number | null;
  readonly repairing: boolean;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** What `/etl/status` says about the sets of one store and length. */
export interface StoreStatus {
  readonly store: Store;
  readonly resolution: Resolution;
  /** What the pipeline says it covers; null where it does not. */
  readonly coverage: { readonly start: number; readonly end: number } | null;
  readonly files: readonly StoreFile[];
  /** `files` are all there are: each could be read, so that a set without one is not there. */
  readonly isListing: boolean;
}

/** A gauge `kubecost_allocation_data_status` or `kubecost_asset_data_status`. */
export interface DataStatus {
  readonly store: Store;
  readonly resolution: Resolution;
  readonly status: 'success' | 'empty' | 'warning' | 'error';
  /** Sets. */
  readonly count: number;
}

/** What the cost API answered for one set. Times in milliseconds since 1970. */
export interface Presence {
  readonly store: Store;
  readonly start: number;
  readonly end: number;
  /** null: there is no set. */
  readonly rows: number | null;
  /** Until when its rows reach; null where that is not said. */
  readonly until: number | null;
}

/** Everything that was found out; null for a source that this server does not have. */
export interface Evidence {
  readonly log: SetHistories | null;
  readonly status: readonly StoreStatus[] | null;
  readonly metrics: readonly DataStatus[] | null;
  readonly presence: readonly Presence[] | null;
}

/** What is asked of it. */
export interface CoverageOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long after its end a set may still change, in milliseconds. */
  readonly settle: number;
  /** How far back the sets of each length ought to reach, in milliseconds; null where not said. */
  readonly retention: Readonly<Record<Resolution, number | null>>;
  /** Only sets that overlap it, in milliseconds since 1970; null for all there ought to be. */
  readonly window: { readonly start: number; readonly end: number } | null;
  /** null: both. */
  readonly store: Store | null;
}

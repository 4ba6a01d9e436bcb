import type { Span } from '../../time.ts';
import type { Store } from '../kinds.ts';
import type { SetHistories } from '../set-histories.ts';
import type { Resolution, Source } from './state.ts';
import type { FileList } from './store-files.ts';

/** A pipeline in `/etl/status`. Times and durations in milliseconds; null where not reported. */
export interface PipelineStatus {
  readonly store: Store;
  /** null: neither the pipeline nor its files report it. */
  readonly resolution: Resolution | null;
  readonly coverage: Span | null;
  readonly lastRun: number | null;
  readonly refreshRate: number | null;
  /** 0 to 1. */
  readonly progress: number | null;
}

/** Files of one store and resolution in one directory. */
export interface StoreDirectory {
  readonly store: Store;
  readonly resolution: Resolution;
  readonly files: FileList;
  /** All files of the directory could be read, so a set without a file does not exist. */
  readonly isListing: boolean;
}

/** What `/etl/status` reports about sets. */
export interface StatusReport {
  readonly pipelines: readonly PipelineStatus[];
  readonly directories: readonly StoreDirectory[];
  /** What could not be placed, as sentences. */
  readonly remarks: readonly string[];
}

/** A gauge `kubecost_allocation_data_status` or `kubecost_asset_data_status`. */
export interface DataStatus {
  readonly store: Store;
  readonly resolution: Resolution;
  /** Label that identifies the cluster; null without one. */
  readonly cluster: string | null;
  readonly status: 'success' | 'empty' | 'warning' | 'error';
  /** Number of sets; of errors and warnings, of which a set can have several. */
  readonly count: number;
}

/** What `/metrics` reports about sets. */
export interface MetricsReport {
  readonly gauges: readonly DataStatus[];
  /** Error events by kind since the server started, as the log counts them, too. */
  readonly errorEvents: ReadonlyMap<string, number>;
  /** false: a line about sets was not valid. */
  readonly isComplete: boolean;
  /** What else it reports about the ETL, and what could not be read, as sentences. */
  readonly remarks: readonly string[];
}

/** What the cost API answered for one set. Times in milliseconds since 1970. */
export interface Presence {
  readonly store: Store;
  readonly start: number;
  readonly end: number;
  /** null: there is no set. */
  readonly rows: number | null;
  /** Rows that are not left over from an earlier day. */
  readonly dataRows: number;
  /** First start and last end of these rows; null where not reported. */
  readonly from: number | null;
  readonly until: number | null;
  /** Sums over the data rows. */
  readonly cost: number;
  readonly cpuHours: number;
  /** Ends of the clusters whose rows end early, by cluster. */
  readonly endedEarly: ReadonlyMap<string, number>;
}

/** What all sources reported; null for a source that the server does not have or that failed. */
export interface Evidence {
  readonly log: SetHistories | null;
  readonly status: StatusReport | null;
  readonly metrics: MetricsReport | null;
  readonly presence: readonly Presence[] | null;
  /** Sources that returned an error, so that what they would have reported is unknown. */
  readonly failed: ReadonlySet<Source>;
}

export interface CoverageOptions {
  /** The server's clock, in milliseconds since 1970. */
  readonly now: number;
  /** How long after its end a set may still change, in milliseconds. */
  readonly settle: number;
  /** How far back the sets of each length should reach, in milliseconds; null where not configured. */
  readonly retention: Readonly<Record<Resolution, number | null>>;
  /** Only sets that overlap it; null for all that should exist. */
  readonly window: Span | null;
  /** null: both. */
  readonly store: Store | null;
}

import type { Span } from '../time.ts';
import type { BillMetric } from './bill-line.ts';

/** Why an asset and its bill differ; amounts add up to the difference where all are known. */
export interface BillCause {
  readonly code: string;
  /** Asset minus bill. */
  readonly amount: number;
  readonly detail: string;
}

/** An asset whose cost differs from its lines in the bill. */
export interface BillDifference {
  /** `[providerID, category]`. */
  readonly key: readonly [string, string];
  /** By the bill. */
  readonly expected: number;
  /** By the assets. */
  readonly actual: number;
  /** What rounding, start-up times and estimates alone can explain of it. */
  readonly resolution: number;
  readonly causes: BillCause[];
}

/** AssetReconciliation of one day against a bill. */
export interface BillDay {
  readonly day: Span;
  /** Why the day is not compared; null where it is. */
  readonly skipped: string | null;
  readonly metric: BillMetric;
  readonly differences: BillDifference[];
  readonly missing: readonly {
    readonly key: readonly [string, string];
    readonly description: string;
  }[];
  readonly notes: readonly string[];
  /** Assets compared. */
  readonly compared: number;
  /** Those of them that cost enough for another currency to show, and how many of these differ. */
  readonly significant: { readonly assets: number; readonly differing: number };
  /**
   * The smallest and the largest amount that rounding, start-up times and estimates alone can explain; null
   * where nothing was compared.
   */
  readonly resolutions: readonly [smallest: number, largest: number] | null;
}

import type { Span } from '../../time.ts';
import type { Store } from '../kinds.ts';
import type { Cell } from './cells.ts';
import type { Staleness } from './staleness.ts';
import type { FindingKind, Resolution } from './state.ts';
import type { StoreTimeline } from './store-timeline.ts';

/** A problem to act on. Times in milliseconds since 1970. */
export interface CoverageIssue {
  readonly kind: FindingKind;
  readonly store: Store;
  /** null where the source does not report it. */
  readonly resolution: Resolution | null;
  /** Of neighbouring sets, their whole span; null where the source does not name the set. */
  readonly window: Span | null;
  /** Number of sets; 0 where it concerns the pipeline. */
  readonly sets: number;
  readonly detail: string;
  readonly advice: string;
}

/** One store and length with what was found out about it. */
export interface EvaluatedTimeline {
  readonly timeline: StoreTimeline;
  readonly cells: readonly Cell[];
  readonly staleness: Staleness;
}

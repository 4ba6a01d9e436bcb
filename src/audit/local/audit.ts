import type { Status } from '../types.ts';
import type { Comparison } from './comparison.ts';
import type { Day } from './day.ts';
import type { Precision } from './precision.ts';
import type { Question, Scope } from './questions.ts';
import type { AllocationRow, AssetRow } from './rows.ts';
import type { Settling } from './settled.ts';

/** Looks at the rows of one answer as they pass by, and says afterwards what it saw. */
export interface Watcher<Row> {
  row(row: Row): void;
  /** The last row has passed: what only further rows would need can go. */
  ended?(): void;
  report(comparison: Comparison, precision: Precision): void;
}

/** Where a watcher is; `suspects` names rows that an earlier look could only count. */
export interface Watch {
  readonly start: number;
  readonly end: number;
  readonly scope: Scope;
}

/** One audit or store check: what it needs, and what it makes of that. */
export interface LocalAudit {
  readonly settling: Settling;
  /** The status that a difference means. */
  readonly bad: Extract<Status, 'Failed' | 'Warning'>;
  /** Why this server cannot be asked at all; null where it can. */
  impossible?(scope: Scope): string | null;
  /** The answers without which it is skipped. */
  needs(scope: Scope): readonly Question[];
  /** Further answers that it looks at, and handles the absence of. */
  wants?(scope: Scope): readonly Question[];
  readonly watch?: {
    readonly allocations?: (watch: Watch) => Watcher<AllocationRow>;
    readonly assets?: (watch: Watch) => Watcher<AssetRow>;
  };
  /** Compares what was read. What the watchers saw is reported beside it. */
  judge?(day: Day, comparison: Comparison): void;
}

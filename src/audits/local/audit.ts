import type { Precision } from '../../costs/precision.ts';
import type { AuditScope, CostRequest } from '../../costs/requests.ts';
import type { AllocationRow, AssetRow } from '../../costs/rows.ts';
import type { Status } from '../types.ts';
import type { AuditWindow } from './audit-window.ts';
import type { Comparison } from './comparison.ts';
import type { Settling } from './settling.ts';

/** Looks at the rows of one answer as they pass by, and says afterwards what it saw. */
export interface RowCheck<Row> {
  row(row: Row): void;
  /** The last row has passed: what only further rows would need can go. */
  ended?(): void;
  report(comparison: Comparison, precision: Precision): void;
}

/** Where a watcher is; `suspects` names rows that an earlier look could only count. */
export interface RowCheckContext {
  readonly start: number;
  readonly end: number;
  readonly scope: AuditScope;
}

/** One audit or store check: what it needs, and what it makes of that. */
export interface LocalAudit {
  readonly settling: Settling;
  /** The status that a difference means. */
  readonly differenceStatus: Extract<Status, 'Failed' | 'Warning'>;
  /** Why this server cannot be asked at all; null where it can. */
  unsupportedReason?(scope: AuditScope): string | null;
  /** The answers without which it is skipped. */
  requires(scope: AuditScope): readonly CostRequest[];
  /** Further answers that it looks at, and handles the absence of. */
  optional?(scope: AuditScope): readonly CostRequest[];
  readonly rowChecks?: {
    readonly allocations?: (watch: RowCheckContext) => RowCheck<AllocationRow>;
    readonly assets?: (watch: RowCheckContext) => RowCheck<AssetRow>;
  };
  /** Compares what was read. What the watchers saw is reported beside it. */
  evaluate?(day: AuditWindow, comparison: Comparison): void;
}

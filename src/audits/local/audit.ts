import type { AuditScope, CostRequest } from '../../costs/requests.ts';
import type { AllocationRow, AssetRow } from '../../costs/rows.ts';
import type { Span } from '../../time.ts';
import type { AuditInput } from './audit-input.ts';
import type { Comparison } from './comparison.ts';
import type { Settling } from './settling.ts';

/** A check of single rows: it sees every row of a response as it passes, and reports afterwards. */
export interface RowCheck<Row> {
  row(row: Row): void;
  /** The next set begins; see RowSink. */
  set?(): void;
  /** The last row has passed: what only further rows would need can be dropped. */
  end?(): void;
  report(comparison: Comparison): void;
}

/** What a row check knows about its response. */
export interface RowCheckContext {
  readonly span: Span;
  readonly scope: AuditScope;
  /** Whether amounts were never printed, and so have no rounding error. */
  readonly exact: boolean;
}

/** The record of one audit or store check: what it requires and how it is evaluated. */
export interface LocalAudit {
  readonly settling: Settling;
  /** Why this product cannot be audited so; null where it can. */
  unsupportedReason?(scope: AuditScope): string | null;
  /** Responses without which it is Skipped. */
  requires(scope: AuditScope): readonly CostRequest[];
  /** Further responses that it reads, and whose absence it handles itself. */
  optional?(scope: AuditScope): readonly CostRequest[];
  readonly rowChecks?: {
    readonly allocations?: (context: RowCheckContext) => RowCheck<AllocationRow>;
    readonly assets?: (context: RowCheckContext) => RowCheck<AssetRow>;
  };
  /** Compares what was collected; reports of row checks are added to the same comparison. */
  evaluate?(input: AuditInput, comparison: Comparison): void;
  /** Whether `evaluate` compares two stores: then comparing nothing at all is Skipped, not Passed. */
  readonly comparesStores?: boolean;
}

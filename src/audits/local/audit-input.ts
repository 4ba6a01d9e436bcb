import type { AuditScope, CostRequest } from '../../costs/requests.ts';
import type { CostResponse, FailedRequest } from '../../costs/responses.ts';
import type { AllocationTotals } from './allocation-sums.ts';
import type { AssetTotals } from './asset-sums.ts';
import type { Grouped } from './grouped-rows.ts';
import type { KeyedTotals } from './keyed-sums.ts';
import type { RowTotals } from './row-amounts.ts';

/** What an audit reads: the sums of one window, and what became of its requests. */
export interface AuditInput {
  readonly scope: AuditScope;
  readonly allocations: AllocationTotals;
  readonly assets: AssetTotals;
  /** The response to `idle`: rows by cluster and node. */
  readonly idle: Grouped;
  /** The response to `clusters`: rows by cluster, with idle and tenancy. */
  readonly clusters: Grouped;
  /** The total of `topline`; null where there is none. */
  readonly toplineTotal: number | null;
  /** Bills (expected) and assets (actual) by providerID and category. */
  readonly bills: KeyedTotals;
  /** Rows of `allocations` (expected) and of `summary` (actual). */
  readonly rowAmounts: RowTotals;
  /** The rounding error of one row of {@link rowAmounts}. */
  rowError(request: 'allocations' | 'summary', amount: number): number;
  /** The rounding error of an amount of an asset. */
  assetError(amount: number): number;
  /** Rows aggregated here (expected) and the response to an aggregated request (actual). */
  aggregate(request: CostRequest): KeyedTotals | undefined;
  /** What became of a request; undefined where it was not made. */
  response(request: CostRequest): CostResponse | FailedRequest | undefined;
  /** Why a response cannot be used; null where it can. */
  unavailableReason(request: CostRequest): string | null;
}

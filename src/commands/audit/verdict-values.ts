import type { SortOrder } from '../../audits/selection.ts';
import type { FailOn, Status } from '../../audits/types.ts';

/** Options that decide what is shown of a run, and whether its gate passes. */
export interface VerdictValues {
  readonly status: readonly Status[];
  readonly top: number | null;
  readonly minDelta: number;
  readonly finding: string | null;
  readonly findings: boolean;
  readonly sort: SortOrder;
  readonly failOn: FailOn;
  readonly strict: boolean;
}

import { approx } from '../../../costs/approximation.ts';
import { Rounding } from '../../../costs/rounding.ts';
import type { AllocationRow } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck, RowCheckContext } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import { RowFindings } from '../row-findings.ts';
import { rowSum } from '../row-sum.ts';

/** A row's totalCost against the sum of its parts. */
export const checkAllocationSum: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations'],
  rowChecks: { allocations: (context) => new SumCheck(context) },
};

/** A row whose parts do not add up. */
interface Mismatch {
  readonly name: string;
  readonly expected: number;
  readonly actual: number;
  readonly error: number;
}

/** Of a large day no more are kept. */
const maxMismatches = 10_000;

class SumCheck implements RowCheck<AllocationRow> {
  readonly #rounding: Rounding;
  readonly #findings = new RowFindings();
  readonly #mismatches: Mismatch[] = [];
  #dropped = 0;
  #smallest = Number.POSITIVE_INFINITY;
  #largest: number | null = null;

  constructor({ exact }: RowCheckContext) {
    this.#rounding = new Rounding(exact ? null : 5);
  }

  row(row: AllocationRow): void {
    const { sum, total, error, resolution } = rowSum(row, this.#rounding);
    const delta = Math.abs(total - sum);
    if (!Number.isFinite(delta)) {
      this.#findings.undetermined(`${row.name}: a cost that its sum needs is not known`);
      return;
    }
    if (this.#largest === null || resolution > this.#largest) this.#largest = resolution;
    if (resolution > 0 && resolution < this.#smallest) this.#smallest = resolution;
    if (delta <= resolution) return;
    if (this.#mismatches.length >= maxMismatches) this.#dropped++;
    else {
      this.#mismatches.push({ name: row.name, expected: sum, actual: total, error });
    }
  }

  report(comparison: Comparison): void {
    if (this.#largest !== null) {
      comparison.compared(this.#largest);
      comparison.compared(Math.min(this.#smallest, this.#largest));
    }
    for (const { name, expected, actual, error } of this.#mismatches) {
      comparison.compare([name], approx(expected), approx(actual, error), (amount) => [
        { code: 'parts', amount, detail: 'totalCost is not the sum of its parts' },
      ]);
    }
    if (this.#dropped > 0) comparison.remark(`${this.#dropped} more findings are not listed`);
    this.#findings.report(comparison);
  }
}

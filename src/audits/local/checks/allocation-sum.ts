import { approx } from '../../../costs/approximation.ts';
import { Rounding } from '../../../costs/rounding.ts';
import type { AllocationRow } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck, RowCheckContext } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import { RowFindings } from '../row-findings.ts';
import { floatError, rowSum } from '../row-sum.ts';

/** A row's totalCost against the sum of its parts, and networkCost and pvCost against theirs. */
export const checkAllocationSum: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations'],
  rowChecks: { allocations: (context) => new SumCheck(context) },
};

/** A row whose parts do not add up. */
interface Mismatch {
  readonly key: readonly string[];
  /** What is not the sum of its parts. */
  readonly field: string;
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
    if (delta > resolution) {
      const key = [row.name];
      this.#keep({ key, field: 'totalCost', expected: sum, actual: total, error });
      return;
    }
    // it is in five parts at most
    if (row.networkParts !== null)
      this.#compare(row, 'networkCost', [row.networkParts, 0, 0, 0, 0]);
    if (row.volumeCosts !== null) this.#compare(row, 'pvCost', row.volumeCosts);
  }

  /**
   * A cost whose parts are all 0 is one that the server does not split. Parts may include what the cost's
   * adjustment adds.
   */
  #compare(row: AllocationRow, field: 'networkCost' | 'pvCost', parts: readonly number[]): void {
    if (parts.every((part) => part === 0)) return;
    const actual = row[field];
    const adjustment = row[`${field}Adjustment`];
    let expected = 0;
    let error = this.#rounding.of(actual);
    for (const part of parts) {
      expected += part;
      error += this.#rounding.of(part) + floatError * Math.abs(part);
    }
    if (!Number.isFinite(expected)) {
      this.#findings.undetermined(`${row.name}: a part of its ${field} is not known`);
    } else if (
      Math.abs(actual - expected) > error &&
      !(Math.abs(actual + adjustment - expected) <= error + this.#rounding.of(adjustment))
    ) {
      this.#keep({ key: [row.name, field], field, expected, actual, error });
    }
  }

  #keep(mismatch: Mismatch): void {
    if (this.#mismatches.length >= maxMismatches) this.#dropped++;
    else this.#mismatches.push(mismatch);
  }

  report(comparison: Comparison): void {
    if (this.#largest !== null) {
      comparison.compared(this.#largest);
      comparison.compared(Math.min(this.#smallest, this.#largest));
    }
    for (const { key, field, expected, actual, error } of this.#mismatches) {
      comparison.compare(key, approx(expected), approx(actual, error), (amount) => [
        { code: 'parts', amount, detail: `${field} is not the sum of its parts` },
      ]);
    }
    if (this.#dropped > 0) comparison.remark(`${this.#dropped} more findings are not listed`);
    this.#findings.report(comparison);
  }
}

import { approx } from '../../../costs/approximation.ts';
import { Rounding } from '../../../costs/rounding.ts';
import { type AllocationRow, networkParts } from '../../../costs/rows.ts';
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
const maxNetworkParts = networkParts.length;

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
    if (row.networkParts !== null && row.networkParts !== 0) this.#compareNetwork(row);
    if (row.volumeCosts !== null) this.#compareVolumes(row, row.volumeCosts);
  }

  #compareNetwork(row: AllocationRow): void {
    const expected = row.networkParts ?? 0;
    const error = this.#errorOf(expected) + (maxNetworkParts - 1) * this.#rounding.of(0);
    this.#compare(row, 'networkCost', expected, error);
  }

  #compareVolumes(row: AllocationRow, costs: readonly number[]): void {
    let [expected, error] = [0, 0];
    let isSplit = false;
    for (const cost of costs) {
      if (cost !== 0) isSplit = true;
      expected += cost;
      error += this.#errorOf(cost);
    }
    if (isSplit) this.#compare(row, 'pvCost', expected, error);
  }

  #errorOf(part: number): number {
    return this.#rounding.of(part) + floatError * Math.abs(part);
  }

  /**
   * A cost whose parts are all 0 is one that the server does not split. Parts may include what the cost's
   * adjustment adds.
   */
  #compare(
    row: AllocationRow,
    field: 'networkCost' | 'pvCost',
    expected: number,
    partsError: number,
  ): void {
    const isNetwork = field === 'networkCost';
    const actual = isNetwork ? row.networkCost : row.pvCost;
    const adjustment = isNetwork ? row.networkCostAdjustment : row.pvCostAdjustment;
    const error = partsError + this.#rounding.of(actual);
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

import { approx } from '../../../costs/approximation.ts';
import { errorOf, Rounding } from '../../../costs/rounding.ts';
import { type AllocationRow, allocationAdjustments, allocationCosts } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck, RowCheckContext } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import { RowFindings } from '../row-findings.ts';

const parts = [...allocationCosts, ...allocationAdjustments] as const;

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
/** The relative error of a float sum of so few parts. */
const floatError = 1e-9;

class SumCheck implements RowCheck<AllocationRow> {
  readonly #rounding: Rounding;
  readonly #findings = new RowFindings();
  readonly #mismatches: Mismatch[] = [];
  #dropped = 0;
  #resolution: number | null = null;

  constructor({ exact }: RowCheckContext) {
    this.#rounding = new Rounding(exact ? null : 5);
  }

  row(row: AllocationRow): void {
    let sum = 0;
    let size = 0;
    let units = this.#rounding.units(row.totalCost);
    for (const part of parts) {
      const amount = row[part];
      sum += amount;
      size += Math.abs(amount);
      units += this.#rounding.units(amount);
    }
    const delta = Math.abs(row.totalCost - sum);
    if (!Number.isFinite(delta)) {
      this.#findings.undetermined(`${row.name}: a cost that its sum needs is not known`);
      return;
    }
    // a printed 0 may hide a rounded amount as well, unless all of the row is 0
    const error = size === 0 && row.totalCost === 0 ? 0 : errorOf(units);
    const resolution = error + floatError * size;
    if (this.#resolution === null || resolution > this.#resolution) this.#resolution = resolution;
    if (delta <= resolution) return;
    if (this.#mismatches.length >= maxMismatches) this.#dropped++;
    else {
      this.#mismatches.push({ name: row.name, expected: sum, actual: row.totalCost, error });
    }
  }

  report(comparison: Comparison): void {
    if (this.#resolution !== null) comparison.compared(this.#resolution);
    for (const { name, expected, actual, error } of this.#mismatches) {
      comparison.compare([name], approx(expected), approx(actual, error), (amount) => [
        { code: 'parts', amount, detail: 'totalCost is not the sum of its parts' },
      ]);
    }
    if (this.#dropped > 0) comparison.remark(`${this.#dropped} more findings are not listed`);
    this.#findings.report(comparison);
  }
}

import { approx } from '../../../costs/approximation.ts';
import { Precision } from '../../../costs/precision.ts';
import { type AllocationRow, allocationAdjustments, allocationCosts } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck } from '../audit.ts';
import { RowFindings } from '../row-findings.ts';

const parts = [...allocationCosts, ...allocationAdjustments] as const;

/** A row's totalCost against the sum of its parts. */
export const checkAllocationSum: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  requires: () => ['allocations'],
  rowChecks: { allocations: () => new SumWatcher() },
};

/** So many rows show how finely the answer prints. */
const learning = 2_000;

interface Suspect {
  readonly name: string;
  readonly expected: number;
  readonly actual: number;
  readonly numbers: number;
}

class SumWatcher implements RowCheck<AllocationRow> {
  readonly #findings = new RowFindings();
  readonly #suspects: Suspect[] = [];
  readonly #precision = new Precision(5);
  #rows = 0;
  #most = 0;
  #largest = 0;

  row(row: AllocationRow): void {
    let sum = 0;
    let size = 0;
    let zeros = 0;
    for (const part of parts) {
      const amount = row[part];
      if (amount === 0) zeros++;
      sum += amount;
      size += Math.abs(amount);
    }
    const off = Math.abs(row.totalCost - sum);
    this.#rows++;
    if (size > this.#largest) this.#largest = size;
    if (!Number.isFinite(off)) {
      this.#findings.unknown(`${row.name}: a cost that its sum needs is not known`);
      return;
    }
    // a printed 0 may hide half a decimal as well, unless nothing of the row was printed
    const numbers = zeros === parts.length && row.totalCost === 0 ? 0 : parts.length + 1;
    if (numbers > this.#most) this.#most = numbers;
    this.#precision.see(row.totalCost);
    // while the precision is not known, whatever rounding might have done is kept for the end
    const half = this.#rows > learning ? this.#precision.half : 0;
    if (off > numbers * half + 1e-9 * size && this.#suspects.length < 100_000) {
      this.#suspects.push({ name: row.name, expected: sum, actual: row.totalCost, numbers });
    }
  }

  report(...[comparison, { half }]: Parameters<RowCheck<AllocationRow>['report']>): void {
    if (this.#rows > 0) comparison.compared(this.#most * half + 1e-9 * this.#largest);
    for (const { name, expected, actual, numbers } of this.#suspects) {
      comparison.compare([name], approx(expected), approx(actual, numbers * half), (amount) => [
        { code: 'parts', amount, detail: 'totalCost is not the sum of its parts' },
      ]);
    }
    this.#findings.report(comparison);
  }
}

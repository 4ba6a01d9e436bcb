import { copyCosts, noPrintedCosts } from '../../costs/components.ts';
import { errorOf, type Rounding } from '../../costs/rounding.ts';
import type { AllocationRow } from '../../costs/rows.ts';

/** The parts of one row after the other. */
const printed = noPrintedCosts();
/** The relative error of a float sum of so few parts. */
export const floatError = 1e-9;

/** The parts of an allocation, added up, next to its printed total. */
export interface RowSum {
  /** Not finite where a part is not known. */
  readonly sum: number;
  readonly total: number;
  /** What rounding can leave between the two. */
  readonly error: number;
  /** The same with the error of the sum itself. */
  readonly resolution: number;
}

/** The sum of a row's costs and adjustments. */
export function rowSum(row: AllocationRow, rounding: Rounding): RowSum {
  let sum = 0;
  let size = 0;
  let units = rounding.units(row.totalCost);
  const { costs, adjustments } = copyCosts(row, printed);
  const count = costs.length + adjustments.length;
  for (let i = 0; i < count; i++) {
    const amount = (i < costs.length ? costs[i] : adjustments[i - costs.length]) ?? 0;
    sum += amount;
    size += Math.abs(amount);
    units += rounding.units(amount);
  }
  const total = row.totalCost;
  // a printed 0 may hide a rounded amount as well, unless all of the row is 0
  const error = size === 0 && total === 0 ? 0 : errorOf(units);
  return { sum, total, error, resolution: error + floatError * size };
}

import { allocationCosts, type SummaryRow } from '../../costs/rows.ts';
import type { Row } from '../json/row.ts';
import { fieldStates, RowReader } from '../json/row-reader.ts';
import { type RowDecoder, readSets, type SetCount } from '../json/sets.ts';
import type { ApiResponse } from '../response.ts';

/**
 * `GET /allocation/summary`: sets of smaller rows, whose costs include the adjustments. Up to 1.94
 * they have no totalCost.
 */
export function readSummary(
  answer: ApiResponse,
  take: (row: SummaryRow) => void,
): Promise<SetCount> {
  return readSets(answer, new SummaryTaker(take), 'allocations');
}

/** The costs are only read of a row that has no total: they have so many digits that it takes long. */
class SummaryTaker implements RowDecoder {
  readonly #take: (row: SummaryRow) => void;
  readonly #total = new RowReader({ totalCost: 'number' });
  readonly #costs = new RowReader(
    Object.fromEntries(allocationCosts.map((name) => [name, 'number' as const])),
  );

  constructor(take: (row: SummaryRow) => void) {
    this.#take = take;
  }

  get #hasTotal(): boolean {
    return this.#total.numberStates[0] !== fieldStates.missing;
  }

  read(bytes: Uint8Array, start: number, limit: number): number {
    const end = this.#total.read(bytes, start, limit);
    return end < 0 || this.#hasTotal ? end : this.#costs.read(bytes, start, limit);
  }

  readRow(row: Row): void {
    this.#total.readRow(row);
    if (!this.#hasTotal) this.#costs.readRow(row);
  }

  take(name: string): void {
    if (this.#hasTotal) {
      this.#take({ name, totalCost: this.#total.number(0), printed: 1 });
      return;
    }
    const totalCost = allocationCosts.reduce((sum, _, i) => sum + this.#costs.number(i), 0);
    this.#take({ name, totalCost, printed: allocationCosts.length });
  }
}

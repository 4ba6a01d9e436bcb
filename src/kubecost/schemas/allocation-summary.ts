import { allocationCosts, type SummaryRow } from '../../costs/rows.ts';
import type { Row } from '../json/row.ts';
import { fieldStates, RowReader } from '../json/row-reader.ts';
import type { SetScope } from '../json/set-windows.ts';
import { type RowDecoder, readSets, type SetCount } from '../json/sets.ts';
import type { ApiResponse } from '../response.ts';

/**
 * Rows of `GET /allocation/summary`, whose costs include the adjustments. Up to 1.94 they have no
 * totalCost.
 */
export function readSummary(
  response: ApiResponse,
  emit: (row: SummaryRow) => void,
  scope?: SetScope,
): Promise<SetCount> {
  return readSets(response, new SummaryDecoder(emit), { inSet: 'allocations', scope });
}

/** A decoder that reads the costs only of a row without a total: their many digits take long. */
class SummaryDecoder implements RowDecoder {
  readonly #emit: (row: SummaryRow) => void;
  readonly #total = new RowReader({ totalCost: 'number' });
  readonly #costs = new RowReader(
    Object.fromEntries(allocationCosts.map((name) => [name, 'number' as const])),
  );

  constructor(emit: (row: SummaryRow) => void) {
    this.#emit = emit;
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

  emit(name: string): void {
    if (this.#hasTotal) {
      this.#emit({ name, totalCost: this.#total.number(0), printed: 1 });
      return;
    }
    const totalCost = allocationCosts.reduce((sum, _, i) => sum + this.#costs.number(i), 0);
    this.#emit({ name, totalCost, printed: allocationCosts.length });
  }
}

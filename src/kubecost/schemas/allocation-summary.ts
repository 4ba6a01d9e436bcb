import { noPrintedCosts } from '../../costs/components.ts';
import { allocationCosts, type SummaryRow } from '../../costs/rows.ts';
import { fieldStates } from '../json/row-fields.ts';
import { RowReader } from '../json/row-reader.ts';
import type { SetScope } from '../json/set-windows.ts';
import { readSets, type SetCount } from '../json/sets.ts';
import type { ApiResponse } from '../response.ts';
import { CostFields } from './cost-fields.ts';

/**
 * Rows of `GET /allocation/summary`, whose costs include the adjustments. Up to 1.94 they have no
 * totalCost.
 */
export function readSummary(
  response: ApiResponse,
  emit: (row: SummaryRow) => void,
  scope?: SetScope,
): Promise<SetCount> {
  const fields = Object.fromEntries(allocationCosts.map((name) => [name, 'number' as const]));
  const reader = new RowReader({ totalCost: 'number', ...fields });
  const read = new CostFields(reader, noPrintedCosts());
  const decoder = {
    read: (bytes: Uint8Array, start: number, limit: number) => reader.read(bytes, start, limit),
    readRow: reader.readRow.bind(reader),
    emit(name: string) {
      const costs = read.read();
      if (reader.numberStates[0] !== fieldStates.missing) {
        emit({ name, totalCost: reader.number(0), printed: 1, costs });
        return;
      }
      const totalCost = costs.costs.reduce((sum, cost) => sum + cost, 0);
      emit({ name, totalCost, printed: allocationCosts.length, costs });
    },
  };
  return readSets(response, decoder, { inSet: 'allocations', scope });
}

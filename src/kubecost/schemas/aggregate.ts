import type { AggregateRow } from '../../costs/rows.ts';
import { RowReader } from '../json/row-reader.ts';
import type { SetScope } from '../json/set-windows.ts';
import { readSets, type SetCount } from '../json/sets.ts';
import type { ApiResponse } from '../response.ts';

/** Rows of `GET /allocation` and `GET /assets` with `aggregate`: the key and total of each. */
export function readAggregates(
  response: ApiResponse,
  emit: (row: AggregateRow) => void,
  scope?: SetScope,
): Promise<SetCount> {
  const reader = new RowReader({ totalCost: 'number' });
  const decoder = {
    read: (bytes: Uint8Array, start: number, limit: number) => reader.read(bytes, start, limit),
    readRow: reader.readRow.bind(reader),
    emit(name: string) {
      emit({ name, totalCost: reader.number(0) });
    },
  };
  return readSets(response, decoder, { scope });
}

import type { AggregateRow } from '../../costs/rows.ts';
import { RowReader } from '../json/row-reader.ts';
import { readSets, type SetCount } from '../json/sets.ts';
import type { ApiResponse } from '../response.ts';

/** `GET /allocation` and `GET /assets` with `aggregate`: of each row its key and its total. */
export function readAggregates(
  answer: ApiResponse,
  take: (row: AggregateRow) => void,
): Promise<SetCount> {
  const reader = new RowReader({ totalCost: 'number' });
  const taker = {
    read: (bytes: Uint8Array, start: number, limit: number) => reader.read(bytes, start, limit),
    readRow: reader.readRow.bind(reader),
    take(name: string) {
      take({ name, totalCost: reader.number(0) });
    },
  };
  return readSets(answer, taker);
}

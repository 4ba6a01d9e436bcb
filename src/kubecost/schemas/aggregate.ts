import type { AggregateRow } from '../../audit/local/rows.ts';
import type { Answer } from '../answer.ts';
import { RowReader } from '../row-reader.ts';
import { readSets, type SetCount } from '../sets.ts';

/** `GET /allocation` and `GET /assets` with `aggregate`: of each row its key and its total. */
export function readAggregates(
  answer: Answer,
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

import { allocationCosts, type SummaryRow } from '../../audit/local/rows.ts';
import type { Answer } from '../answer.ts';
import { fieldStates, RowReader } from '../row-reader.ts';
import { readSets, type SetCount } from '../sets.ts';

/**
 * `GET /allocation/summary`: sets of smaller rows, whose costs include the adjustments. Up to 1.94
 * they have no totalCost.
 */
export function readSummary(answer: Answer, take: (row: SummaryRow) => void): Promise<SetCount> {
  const reader = new RowReader(
    Object.fromEntries([...allocationCosts, 'totalCost'].map((name) => [name, 'number' as const])),
  );
  const slots = allocationCosts.map((name) => reader.slots.numbers.get(name) ?? 0);
  const total = reader.slots.numbers.get('totalCost') ?? 0;
  const taker = {
    read: (bytes: Uint8Array, start: number, limit: number) => reader.read(bytes, start, limit),
    readRow: reader.readRow.bind(reader),
    take(name: string) {
      const { numbers, numberStates } = reader;
      const value = (slot: number) =>
        numberStates[slot] === fieldStates.present ? (numbers[slot] ?? 0) : Number.NaN;
      if (numberStates[total] !== fieldStates.missing) {
        take({ name, totalCost: value(total), printed: 1 });
      } else {
        const sum = slots.reduce((all, slot) => all + value(slot), 0);
        take({ name, totalCost: sum, printed: slots.length });
      }
    },
  };
  return readSets(answer, taker, 'allocations');
}

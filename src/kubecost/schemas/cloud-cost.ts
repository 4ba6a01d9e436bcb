import type { BillRow } from '../../costs/rows.ts';
import { RowReader } from '../json/row-reader.ts';
import type { SetScope } from '../json/set-windows.ts';
import { readSets, type SetCount } from '../json/sets.ts';
import type { ApiResponse } from '../response.ts';

/** Keys of the rows of `GET /cloudCost` with `aggregate`: with `provider`, the providers that bill. */
export function readBillKeys(
  response: ApiResponse,
  emit: (key: string) => void,
): Promise<SetCount> {
  const reader = new RowReader({ netCost: { cost: 'number' } });
  const decoder = {
    read: (bytes: Uint8Array, start: number, limit: number) => reader.read(bytes, start, limit),
    readRow: reader.readRow.bind(reader),
    emit,
  };
  return readSets(response, decoder, { inSet: 'cloudCosts' });
}

export const costMetrics = [
  'amortizedNetCost',
  'amortizedCost',
  'netCost',
  'listCost',
  'invoicedCost',
] as const;
export type CostMetric = (typeof costMetrics)[number];

/**
 * Rows of `GET /cloudCost`: the lines of the cloud bill. The map of a set may be null; costs are not
 * rounded.
 */
export function readBills(
  response: ApiResponse,
  metric: CostMetric,
  emit: (row: BillRow) => void,
  scope?: SetScope,
): Promise<SetCount> {
  const reader = new RowReader({
    properties: { providerID: 'text', category: 'text' },
    [metric]: { cost: 'number' },
  });
  const { numbers, texts } = reader.slots;
  const cost = numbers.get(`${metric}.cost`) ?? 0;
  const providerID = texts.get('properties.providerID') ?? 0;
  const category = texts.get('properties.category') ?? 0;
  const decoder = {
    read: (bytes: Uint8Array, start: number, limit: number) => reader.read(bytes, start, limit),
    readRow: reader.readRow.bind(reader),
    emit() {
      emit({
        providerID: reader.texts[providerID] ?? '',
        category: reader.texts[category] ?? '',
        cost: reader.number(cost),
      });
    },
  };
  return readSets(response, decoder, { inSet: 'cloudCosts', scope });
}

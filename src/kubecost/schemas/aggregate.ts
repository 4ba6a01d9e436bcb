import { noPrintedCosts } from '../../costs/components.ts';
import {
  type AggregateRow,
  allocationAdjustments,
  allocationCosts,
  allocationHours,
  type PrintedCosts,
} from '../../costs/rows.ts';
import { RowReader } from '../json/row-reader.ts';
import type { SetScope } from '../json/set-windows.ts';
import { readSets, type SetCount } from '../json/sets.ts';
import type { ApiResponse } from '../response.ts';
import { CostFields } from './cost-fields.ts';

/** Rows of `GET /assets` with `aggregate`: the key and total of each. */
export function readAssetAggregates(
  response: ApiResponse,
  emit: (row: AggregateRow) => void,
  scope?: SetScope,
): Promise<SetCount> {
  return readRows(new RowReader({ totalCost: 'number' }), () => null, { response, emit, scope });
}

/** Rows of `GET /allocation` with `aggregate`: the key, the total and the cost components of each. */
export function readAllocationAggregates(
  response: ApiResponse,
  emit: (row: AggregateRow) => void,
  scope?: SetScope,
): Promise<SetCount> {
  const names = [...allocationCosts, ...allocationAdjustments, ...allocationHours];
  const fields = Object.fromEntries(names.map((name) => [name, 'number' as const]));
  const reader = new RowReader({ totalCost: 'number', ...fields });
  const costs = new CostFields(reader, noPrintedCosts());
  return readRows(reader, () => costs.read(), { response, emit, scope });
}

interface Reading {
  readonly response: ApiResponse;
  readonly emit: (row: AggregateRow) => void;
  readonly scope: SetScope | undefined;
}

function readRows(
  reader: RowReader,
  costs: () => PrintedCosts | null,
  { response, emit, scope }: Reading,
): Promise<SetCount> {
  const decoder = {
    read: (bytes: Uint8Array, start: number, limit: number) => reader.read(bytes, start, limit),
    readRow: reader.readRow.bind(reader),
    emit(name: string) {
      emit({ name, totalCost: reader.number(0), costs: costs() });
    },
  };
  return readSets(response, decoder, { scope });
}

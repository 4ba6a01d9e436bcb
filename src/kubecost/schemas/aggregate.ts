import { noPrintedCosts } from '../../costs/components.ts';
import {
  type AggregateRow,
  type AssetCosts,
  allocationAdjustments,
  allocationCosts,
  allocationHours,
  assetCosts,
} from '../../costs/rows.ts';
import { fieldStates, slotsOf } from '../json/row-fields.ts';
import { RowReader } from '../json/row-reader.ts';
import type { SetScope } from '../json/set-windows.ts';
import { readSets, type SetCount } from '../json/sets.ts';
import type { ApiResponse } from '../response.ts';
import { CostFields } from './cost-fields.ts';

/** Rows of `GET /assets` with `aggregate`: the key, the total and the cost components of each. */
export function readAssetAggregates(
  response: ApiResponse,
  emit: (row: AggregateRow) => void,
  scope?: SetScope,
): Promise<SetCount> {
  const fields = Object.fromEntries(assetCosts.map((name) => [name, 'number' as const]));
  const reader = new RowReader({ totalCost: 'number', ...fields, type: 'text' });
  const slot = slotsOf(['totalCost', ...assetCosts]);
  const assetOf = (): AssetCosts => ({
    type: reader.texts[0] ?? '',
    isAdjusted: reader.numberStates[slot.adjustment] !== fieldStates.missing,
    cpuCost: reader.number(slot.cpuCost),
    ramCost: reader.number(slot.ramCost),
    gpuCost: reader.number(slot.gpuCost),
    discount: reader.number(slot.discount),
    adjustment: reader.number(slot.adjustment),
  });
  return readRows(reader, () => ({ costs: null, asset: assetOf() }), { response, emit, scope });
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
  return readRows(reader, () => ({ costs: costs.read() }), { response, emit, scope });
}

interface Reading {
  readonly response: ApiResponse;
  readonly emit: (row: AggregateRow) => void;
  readonly scope: SetScope | undefined;
}

function readRows(
  reader: RowReader,
  components: () => Pick<AggregateRow, 'costs' | 'asset'>,
  { response, emit, scope }: Reading,
): Promise<SetCount> {
  const decoder = {
    read: (bytes: Uint8Array, start: number, limit: number) => reader.read(bytes, start, limit),
    readRow: reader.readRow.bind(reader),
    emit(name: string) {
      emit({ name, totalCost: reader.number(0), ...components() });
    },
  };
  return readSets(response, decoder, { scope });
}

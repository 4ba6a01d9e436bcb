import {
  type AllocationRow,
  allocationNames,
  allocationNumbers,
  type InvalidField,
} from '../../costs/rows.ts';
import { fieldStates, slotsOf } from '../json/row-fields.ts';

/** Where a reader has the numbers that it gets first. */
export const slots = slotsOf(allocationNumbers);

export type NumberName = (typeof allocationNumbers)[number];

/** The row that is filled anew for each allocation. */
export type MutableRow = { -readonly [Name in keyof AllocationRow]: AllocationRow[Name] };

export const noInvalidFields: readonly InvalidField[] = [];

/** Copies every number to its field: one by one, since a loop over names takes five times as long. */
export function copyNumbers(row: MutableRow, numbers: Float64Array): void {
  row.cpuCost = numbers[slots.cpuCost] ?? 0;
  row.gpuCost = numbers[slots.gpuCost] ?? 0;
  row.ramCost = numbers[slots.ramCost] ?? 0;
  row.pvCost = numbers[slots.pvCost] ?? 0;
  row.networkCost = numbers[slots.networkCost] ?? 0;
  row.loadBalancerCost = numbers[slots.loadBalancerCost] ?? 0;
  row.sharedCost = numbers[slots.sharedCost] ?? 0;
  row.externalCost = numbers[slots.externalCost] ?? 0;
  row.cpuCostAdjustment = numbers[slots.cpuCostAdjustment] ?? 0;
  row.gpuCostAdjustment = numbers[slots.gpuCostAdjustment] ?? 0;
  row.ramCostAdjustment = numbers[slots.ramCostAdjustment] ?? 0;
  row.pvCostAdjustment = numbers[slots.pvCostAdjustment] ?? 0;
  row.networkCostAdjustment = numbers[slots.networkCostAdjustment] ?? 0;
  row.loadBalancerCostAdjustment = numbers[slots.loadBalancerCostAdjustment] ?? 0;
  row.cpuCoreHours = numbers[slots.cpuCoreHours] ?? 0;
  row.gpuHours = numbers[slots.gpuHours] ?? 0;
  row.ramByteHours = numbers[slots.ramByteHours] ?? 0;
  row.pvByteHours = numbers[slots.pvByteHours] ?? 0;
  row.totalCost = numbers[slots.totalCost] ?? 0;
  row.minutes = numbers[slots.minutes] ?? 0;
}

/** Likewise every name; they follow each other from the slot `first` on. */
export function copyTexts(row: MutableRow, texts: readonly string[], first: number): void {
  row.cluster = texts[first] ?? '';
  row.node = texts[first + 1] ?? '';
  row.namespace = texts[first + 2] ?? '';
  row.pod = texts[first + 3] ?? '';
  row.container = texts[first + 4] ?? '';
  row.controller = texts[first + 5] ?? '';
  row.controllerKind = texts[first + 6] ?? '';
}

/** Whether a row has every number, as most rows do. */
export function hasAllNumbers(states: Uint8Array): boolean {
  for (let slot = 0; slot < allocationNumbers.length; slot++) {
    if (states[slot] !== fieldStates.present) return false;
  }
  return true;
}

export function emptyRow(): MutableRow {
  const numbers = Object.fromEntries(allocationNumbers.map((name) => [name, 0]));
  const texts = Object.fromEntries(allocationNames.map((name) => [name, '']));
  return {
    name: '',
    start: 0,
    end: 0,
    invalidFields: noInvalidFields,
    networkParts: null,
    volumeCosts: null,
    hasLoadBalancer: false,
    properties: () => null,
    detail: () => null,
    ...(numbers as Record<NumberName, number>), // made from these very names
    ...(texts as Record<(typeof allocationNames)[number], string>),
  };
}

import {
  type AllocationRow,
  allocationAdjustments,
  allocationCosts,
  allocationHours,
  allocationNames,
  allocationNumbers,
  type InvalidField,
} from '../../costs/rows.ts';
import type { Row } from '../json/row.ts';
import { slotsOf } from '../json/row-fields.ts';
import { fieldStates, RowReader } from '../json/row-reader.ts';
import { type RowDecoder, readSets, type SetCount } from '../json/sets.ts';
import { UnexpectedShapeError } from '../json/unexpected-shape.ts';
import type { ApiResponse } from '../response.ts';
import {
  mayHaveLoadBalancer,
  providerIDOf,
  readLoadBalancers,
  readVolumes,
} from './allocation-detail.ts';
import { TimeField } from './time-field.ts';

/**
 * Rows of `GET /allocation`: an array of sets, each a map of name to allocation. Numbers are null
 * where the server had NaN or infinity; versions before 1.80 have no adjustments.
 *
 * @param wanted whether `properties` is wanted whole, with labels and services, and whether the objects
 *   behind the costs are
 * @throws UnexpectedShapeError where some rows have adjustments and others do not
 */
export function readAllocations(
  response: ApiResponse,
  emit: (row: AllocationRow) => void,
  wanted: AllocationFields,
): Promise<SetCount> {
  const decoder = new AllocationDecoder(emit, wanted);
  return readSets(response, decoder).then((count) => {
    decoder.end();
    return count;
  });
}

/** What is read of an allocation besides its numbers and names. */
interface AllocationFields {
  readonly properties: boolean;
  readonly detailed: boolean;
}

const properties = Object.fromEntries(allocationNames.map((name) => [name, 'text' as const]));
const fields = {
  ...Object.fromEntries(allocationNumbers.map((name) => [name, 'number' as const])),
  start: 'text',
  end: 'text',
  lbAllocations: 'nonEmpty',
} as const;

const detailedFields = { ...fields, lbAllocations: 'raw', pvs: 'raw' } as const;

const slots = slotsOf(allocationNumbers);

const required = [...allocationCosts, ...allocationHours, 'totalCost'] as const;
type NumberName = (typeof allocationNumbers)[number];
type Mutable = { -readonly [Name in keyof AllocationRow]: AllocationRow[Name] };

interface DetailSlots {
  readonly volumes: number;
  readonly loadBalancers: number;
  /** Null where the properties are read whole. */
  readonly providerID: number | null;
}

class AllocationDecoder implements RowDecoder {
  readonly #emit: (row: AllocationRow) => void;
  readonly #reader: RowReader;
  readonly #row: Mutable;
  readonly #numbers: readonly (readonly [NumberName, number])[];
  readonly #required: readonly (readonly [NumberName, number])[];
  readonly #adjustments: readonly number[];
  readonly #texts: readonly (readonly [(typeof allocationNames)[number], number])[];
  readonly #loadBalancers: number;
  readonly #start: TimeField;
  readonly #end: TimeField;
  readonly #rawSlot: number | null;
  /** Where the texts of the objects are; null where they are not read. */
  readonly #detail: DetailSlots | null;
  #adjusted = 0;
  #unadjusted = 0;

  constructor(
    emit: (row: AllocationRow) => void,
    { properties: withProperties, detailed }: AllocationFields,
  ) {
    this.#emit = emit;
    const known = detailed ? { ...properties, providerID: 'text' as const } : properties;
    this.#reader = new RowReader({
      ...(detailed ? detailedFields : fields),
      // which labels and services are wanted is not known here
      properties: withProperties ? 'raw' : known,
    });
    const { numbers, texts } = this.#reader.slots;
    const slot = (map: ReadonlyMap<string, number>, name: string) => map.get(name) ?? 0;
    this.#numbers = allocationNumbers.map((name) => [name, slot(numbers, name)] as const);
    this.#required = required.map((name) => [name, slot(numbers, name)] as const);
    this.#adjustments = allocationAdjustments.map((name) => slot(numbers, name));
    this.#rawSlot = withProperties ? slot(texts, 'properties') : null;
    this.#texts = withProperties
      ? []
      : allocationNames.map((name) => [name, slot(texts, `properties.${name}`)] as const);
    this.#loadBalancers = slot(numbers, 'lbAllocations');
    this.#detail = detailed
      ? {
          volumes: slot(texts, 'pvs'),
          loadBalancers: slot(texts, 'lbAllocations'),
          providerID: withProperties ? null : slot(texts, 'properties.providerID'),
        }
      : null;
    this.#start = new TimeField(slot(texts, 'start'));
    this.#end = new TimeField(slot(texts, 'end'));
    this.#row = emptyRow();
  }

  read(bytes: Uint8Array, start: number, limit: number): number {
    return this.#reader.read(bytes, start, limit);
  }

  readRow(row: Row): void {
    this.#reader.readRow(row);
  }

  emit(name: string): void {
    const { numbers, numberStates, texts } = this.#reader;
    const row = this.#row;
    row.name = name;
    copyNumbers(row, numbers);
    for (const [field, slot] of this.#texts) row[field] = texts[slot] ?? '';
    row.invalidFields = noInvalidFields;
    for (const [field, slot] of this.#required) {
      if (numberStates[slot] !== fieldStates.present) this.#addInvalid(field, slot);
    }
    for (const slot of this.#adjustments) {
      if (numberStates[slot] === fieldStates.missing) this.#unadjusted++;
      else this.#adjusted++;
      if (numberStates[slot] === fieldStates.null) this.#addNullAdjustment(slot);
    }
    if (numberStates[this.#minutes] !== fieldStates.present) row.minutes = Number.NaN;
    const { present } = fieldStates;
    row.hasLoadBalancer =
      this.#detail === null
        ? numberStates[this.#loadBalancers] !== present || numbers[this.#loadBalancers] === 1
        : mayHaveLoadBalancer(texts[this.#detail.loadBalancers] ?? '');
    row.start = this.#start.of(texts);
    row.end = this.#end.of(texts);
    if (this.#rawSlot !== null) this.#readProperties(texts[this.#rawSlot] ?? '');
    if (this.#detail !== null) this.#readDetail(this.#detail);
    this.#emit(row);
  }

  /** @throws UnexpectedShapeError where some rows have adjustments and others do not: none can be trusted */
  end(): void {
    if (this.#adjusted > 0 && this.#unadjusted > 0) {
      throw new UnexpectedShapeError(
        ['data'],
        'some allocations lack the adjustments that others have (cpuCostAdjustment and its like)',
      );
    }
  }

  get #minutes(): number {
    return this.#reader.slots.numbers.get('minutes') ?? 0;
  }

  #addNullAdjustment(slot: number): void {
    const found = this.#numbers.find(([, of]) => of === slot);
    if (found) this.#addInvalid(found[0], slot);
  }

  #addInvalid(field: NumberName, slot: number): void {
    const what = this.#reader.numberStates[slot] === fieldStates.null ? 'null' : 'missing';
    this.#row[field] = Number.NaN;
    this.#row.invalidFields = [...this.#row.invalidFields, { field, what }];
  }

  #readDetail({ volumes, loadBalancers, providerID }: DetailSlots): void {
    const { texts } = this.#reader;
    const row = this.#row;
    const [pvs = '', balancers = ''] = [texts[volumes], texts[loadBalancers]];
    const id = providerID === null ? providerIDOf(row.properties()) : (texts[providerID] ?? '');
    row.detail = () => ({
      providerID: id,
      volumes: readVolumes(pvs),
      loadBalancers: readLoadBalancers(balancers),
    });
  }

  #readProperties(raw: string): void {
    const row = this.#row;
    const parsed: unknown = raw === '' ? null : JSON.parse(raw);
    row.properties = () => parsed;
    const known = typeof parsed === 'object' && parsed !== null ? parsed : {};
    const values = new Map<string, unknown>(Object.entries(known));
    for (const name of allocationNames) {
      const value = values.get(name);
      row[name] = typeof value === 'string' ? value : '';
    }
  }
}

const noInvalidFields: readonly InvalidField[] = [];

/** Copies every number to its field: one by one, since a loop over names takes five times as long. */
function copyNumbers(row: Mutable, numbers: Float64Array): void {
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

function emptyRow(): Mutable {
  const numbers = Object.fromEntries(allocationNumbers.map((name) => [name, 0]));
  const texts = Object.fromEntries(allocationNames.map((name) => [name, '']));
  return {
    name: '',
    start: 0,
    end: 0,
    invalidFields: noInvalidFields,
    hasLoadBalancer: false,
    properties: () => null,
    detail: () => null,
    ...(numbers as Record<NumberName, number>), // made from these very names
    ...(texts as Record<(typeof allocationNames)[number], string>),
  };
}

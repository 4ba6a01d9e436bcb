import {
  type AllocationRow,
  allocationAdjustments,
  allocationCosts,
  allocationHours,
  allocationNames,
  allocationNumbers,
  type InvalidField,
  networkParts,
} from '../../costs/rows.ts';
import type { Row } from '../json/row.ts';
import { fieldStates } from '../json/row-fields.ts';
import { RowReader } from '../json/row-reader.ts';
import type { SetScope } from '../json/set-windows.ts';
import { type RowDecoder, readSets, type SetCount } from '../json/sets.ts';
import { UnexpectedShapeError } from '../json/unexpected-shape.ts';
import type { ApiResponse } from '../response.ts';
import {
  mayHaveLoadBalancer,
  providerIDOf,
  readLoadBalancers,
  readVolumeCosts,
  readVolumes,
} from './allocation-detail.ts';
import {
  copyNumbers,
  copyTexts,
  emptyRow,
  hasAllNumbers,
  type MutableRow,
  type NumberName,
  noInvalidFields,
  slots,
} from './allocation-row.ts';
import { TimeField } from './time-field.ts';

/**
 * Rows of `GET /allocation`: an array of sets, each a map of name to allocation. Numbers are null
 * where the server had NaN or infinity; versions before 1.80 have no adjustments.
 *
 * @param wanted whether `properties` is wanted whole, with labels and services, and whether the objects
 *   behind the costs and the parts of costs are; the window whose sets count
 * @throws UnexpectedShapeError where an adjustment appears after many rows without it
 */
export function readAllocations(
  response: ApiResponse,
  emit: (row: AllocationRow) => void,
  wanted: AllocationFields,
): Promise<SetCount> {
  return readSets(response, new AllocationDecoder(emit, wanted), { scope: wanted.scope });
}

/** What is read of a response besides the numbers and names of its allocations. */
interface AllocationFields {
  readonly properties: boolean;
  readonly detailed: boolean;
  /** Whether the parts of network and volume costs are read. */
  readonly parts: boolean;
  readonly scope?: SetScope;
}

/** After so many rows without an adjustment the version has none. */
const maxUndecided = 1_000;

const properties = Object.fromEntries(allocationNames.map((name) => [name, 'text' as const]));
const fields = {
  ...Object.fromEntries(allocationNumbers.map((name) => [name, 'number' as const])),
  start: 'text',
  end: 'text',
  lbAllocations: 'nonEmpty',
} as const;

const partFields = {
  ...fields,
  ...Object.fromEntries(networkParts.map((name) => [name, 'number' as const])),
  pvs: 'rawMap',
} as const;

const detailedFields = { ...partFields, lbAllocations: 'raw' } as const;

const firstNetworkParts = 3;

const required = [...allocationCosts, ...allocationHours, 'totalCost'] as const;

interface PartSlots {
  readonly network: readonly number[];
  readonly volumes: number;
}

interface DetailSlots {
  readonly volumes: number;
  readonly loadBalancers: number;
  /** Null where the properties are read whole. */
  readonly providerID: number | null;
}

const noSlots: readonly number[] = [];

class AllocationDecoder implements RowDecoder {
  readonly #emit: (row: AllocationRow) => void;
  readonly #reader: RowReader;
  readonly #row: MutableRow;
  readonly #numbers: readonly (readonly [NumberName, number])[];
  readonly #required: readonly (readonly [NumberName, number])[];
  readonly #adjustments: readonly number[];
  /** Where the names begin; null where the properties are read whole. */
  readonly #firstText: number | null;
  readonly #loadBalancers: number;
  /** Where the parts of costs are; null where they are not read. */
  readonly #parts: PartSlots | null;
  readonly #start: TimeField;
  readonly #end: TimeField;
  readonly #rawSlot: number | null;
  /** Where the texts of the objects are; null where they are not read. */
  readonly #detail: DetailSlots | null;
  /** Adjustments that no row has had yet, and that the version may not have. */
  readonly #unseen: Set<number>;
  /** Adjustments that the version does not have. */
  readonly #absent = new Set<number>();
  /** Rows without an adjustment that is still {@link #unseen}, and which ones they are. */
  #held: { readonly row: MutableRow; readonly missing: readonly number[] }[] = [];

  constructor(
    emit: (row: AllocationRow) => void,
    { properties: withProperties, detailed, parts }: AllocationFields,
  ) {
    this.#emit = emit;
    const known = detailed ? { ...properties, providerID: 'text' as const } : properties;
    this.#reader = new RowReader({
      ...(detailed ? detailedFields : parts ? partFields : fields),
      // which labels and services are wanted is not known here
      properties: withProperties ? 'raw' : known,
    });
    const { numbers, texts } = this.#reader.slots;
    const slot = (map: ReadonlyMap<string, number>, name: string) => map.get(name) ?? 0;
    this.#numbers = allocationNumbers.map((name) => [name, slot(numbers, name)] as const);
    this.#required = required.map((name) => [name, slot(numbers, name)] as const);
    this.#adjustments = allocationAdjustments.map((name) => slot(numbers, name));
    this.#rawSlot = withProperties ? slot(texts, 'properties') : null;
    this.#firstText = withProperties ? null : slot(texts, `properties.${allocationNames[0]}`);
    this.#loadBalancers = slot(numbers, 'lbAllocations');
    this.#detail = detailed
      ? {
          volumes: slot(texts, 'pvs'),
          loadBalancers: slot(texts, 'lbAllocations'),
          providerID: withProperties ? null : slot(texts, 'properties.providerID'),
        }
      : null;
    const network = networkParts.map((name) => slot(numbers, name));
    this.#parts = detailed || parts ? { network, volumes: slot(texts, 'pvs') } : null;
    this.#start = new TimeField(slot(texts, 'start'));
    this.#end = new TimeField(slot(texts, 'end'));
    this.#row = emptyRow();
    this.#unseen = new Set(this.#adjustments);
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
    if (this.#firstText !== null) copyTexts(row, texts, this.#firstText);
    row.invalidFields = noInvalidFields;
    if (this.#unseen.size > 0) this.#learn();
    const undecided = hasAllNumbers(numberStates) ? noSlots : this.#noteInvalid();
    row.hasLoadBalancer =
      this.#detail === null
        ? numberStates[this.#loadBalancers] !== fieldStates.present ||
          numbers[this.#loadBalancers] === 1
        : mayHaveLoadBalancer(texts[this.#detail.loadBalancers] ?? '');
    if (this.#parts !== null) {
      row.networkParts = this.#sumOfNetworkParts(this.#parts.network);
      const volumes = texts[this.#parts.volumes] ?? '';
      row.volumeCosts = volumes === '' ? null : readVolumeCosts(volumes);
    }
    row.start = this.#start.of(texts);
    row.end = this.#end.of(texts);
    if (this.#rawSlot !== null) this.#readProperties(texts[this.#rawSlot] ?? '');
    if (this.#detail !== null) this.#readDetail(this.#detail);
    if (undecided.length === 0) this.#emit(row);
    else this.#hold({ ...row }, undecided);
  }

  /** Notes which numbers the row lacks. @returns the adjustments that its version may not have */
  #noteInvalid(): readonly number[] {
    const { numberStates } = this.#reader;
    const row = this.#row;
    for (const [field, slot] of this.#required) {
      if (numberStates[slot] !== fieldStates.present) this.#addInvalid(field, slot);
    }
    const undecided: number[] = [];
    for (const slot of this.#adjustments) {
      const state = numberStates[slot];
      if (state === fieldStates.present) continue;
      if (state === fieldStates.null) this.#addInvalidAdjustment(row, slot, 'null');
      else if (this.#unseen.has(slot)) undecided.push(slot);
      else if (!this.#absent.has(slot)) this.#addInvalidAdjustment(row, slot, 'missing');
    }
    if (numberStates[slots.minutes] !== fieldStates.present) row.minutes = Number.NaN;
    return undecided;
  }

  /** Null unless the first three are there: later versions have more of them. */
  #sumOfNetworkParts(slots: readonly number[]): number | null {
    const reader = this.#reader;
    let sum = 0;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] ?? 0;
      if (reader.numberStates[slot] !== fieldStates.missing) sum += reader.number(slot);
      else if (i < firstNetworkParts) return null;
    }
    return sum;
  }

  /** A version without an adjustment has it in no row: what no row of a set had is not missing. */
  endSet(): void {
    this.#release();
  }

  /** @throws UnexpectedShapeError where an adjustment appears after many rows without it */
  #learn(): void {
    for (const slot of this.#adjustments) {
      if (this.#reader.numberStates[slot] === fieldStates.missing) continue;
      this.#unseen.delete(slot);
      if (!this.#absent.has(slot)) continue;
      throw new UnexpectedShapeError(
        ['data'],
        `${this.#row.name} has an adjustment that most allocations do not have (cpuCostAdjustment or another)`,
      );
    }
    if (this.#held.length > 0 && this.#unseen.size === 0) this.#release();
  }

  #hold(row: MutableRow, missing: readonly number[]): void {
    this.#held.push({ row, missing });
    if (this.#held.length < maxUndecided) return;
    for (const slot of missing) this.#absent.add(slot);
    this.#release();
  }

  /** Emits the rows that were held: an adjustment that others had meanwhile is missing in them. */
  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const { row, missing } of held) {
      for (const slot of missing) {
        if (!this.#unseen.has(slot) && !this.#absent.has(slot)) {
          this.#addInvalidAdjustment(row, slot, 'missing');
        }
      }
      this.#emit(row);
    }
  }

  #addInvalidAdjustment(row: MutableRow, slot: number, what: InvalidField['what']): void {
    const found = this.#numbers.find(([, of]) => of === slot);
    if (!found) return;
    row[found[0]] = Number.NaN;
    row.invalidFields = [...row.invalidFields, { field: found[0], what }];
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

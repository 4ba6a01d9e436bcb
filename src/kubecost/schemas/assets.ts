import { z } from 'zod';
import {
  type AssetDetail,
  type AssetRow,
  assetNames,
  assetNumbers,
  type InvalidField,
  nodeNumbers,
} from '../../costs/rows.ts';
import type { Row } from '../json/row.ts';
import { fieldStates, slotsOf } from '../json/row-fields.ts';
import { RowReader } from '../json/row-reader.ts';
import type { SetScope } from '../json/set-windows.ts';
import { type RowDecoder, readSets, type SetCount } from '../json/sets.ts';
import type { ApiResponse } from '../response.ts';
import { TimeField } from './time-field.ts';

/**
 * Rows of `GET /assets`: Kubecost sends an array of sets, OpenCost one map for the whole window. The
 * server does not escape some texts, so a row may be invalid JSON.
 *
 * @param detailed whether names of volumes and node types are wanted
 */
export function readAssets(
  response: ApiResponse,
  emit: (row: AssetRow) => void,
  { detailed, scope }: { readonly detailed: boolean; readonly scope?: SetScope },
): Promise<SetCount> {
  return readSets(response, new AssetDecoder(emit, detailed), { scope });
}

/** The data of `GET /assets/topline` (aggregator): the sum over all assets. */
export const assetToplineSchema = z.looseObject({ totalCost: z.number() });

const numberNames = [...assetNumbers, ...nodeNumbers] as const;
type NumberName = (typeof numberNames)[number];
type Mutable = { -readonly [Name in keyof AssetRow]: AssetRow[Name] };

const fields = {
  ...Object.fromEntries(numberNames.map((name) => [name, 'number' as const])),
  type: 'text',
  start: 'text',
  end: 'text',
  properties: Object.fromEntries(assetNames.map((name) => [name, 'text' as const])),
} as const;
const detailTexts = ['volumeName', 'claimName', 'claimNamespace', 'nodeType'] as const;
const detailedFields = {
  ...fields,
  ...Object.fromEntries(detailTexts.map((name) => [name, 'text' as const])),
  preemptible: 'number',
} as const;
const numberSlots = slotsOf(numberNames);
const slotOf = slotsOf(['type', 'start', 'end', ...assetNames]);

class AssetDecoder implements RowDecoder {
  readonly #emit: (row: AssetRow) => void;
  readonly #reader: RowReader;
  readonly #detailed: boolean;
  readonly #start: TimeField;
  readonly #end: TimeField;

  constructor(emit: (row: AssetRow) => void, detailed: boolean) {
    this.#emit = emit;
    this.#detailed = detailed;
    this.#reader = new RowReader(detailed ? detailedFields : fields);
    this.#start = new TimeField(slotOf.start);
    this.#end = new TimeField(slotOf.end);
  }

  read(bytes: Uint8Array, start: number, limit: number): number {
    return this.#reader.read(bytes, start, limit);
  }

  readRow(row: Row): void {
    this.#reader.readRow(row);
  }

  emit(name: string): void {
    const { texts } = this.#reader;
    const type = texts[slotOf.type] ?? '';
    const invalidFields: InvalidField[] = [];
    const row: Mutable = {
      name,
      type,
      start: this.#start.of(texts),
      end: this.#end.of(texts),
      invalidFields,
      identity: {
        cluster: texts[slotOf.cluster] ?? '',
        name: texts[slotOf.name] ?? '',
        providerID: texts[slotOf.providerID] ?? '',
        category: texts[slotOf.category] ?? '',
        provider: texts[slotOf.provider] ?? '',
        account: texts[slotOf.account] ?? '',
        project: texts[slotOf.project] ?? '',
      },
      minutes: this.#number('minutes', 'minutes', invalidFields),
      totalCost: this.#number('totalCost', 'required', invalidFields),
      adjustment: this.#number(
        'adjustment',
        type === 'Node' ? 'required' : 'optional',
        invalidFields,
      ),
      ...notANode,
    };
    if (type === 'Node') {
      for (const field of nodeNumbers) row[field] = this.#number(field, 'required', invalidFields);
    }
    if (this.#detailed) {
      const detail = this.#detail();
      row.detail = () => detail;
    }
    this.#emit(row);
  }

  #detail(): AssetDetail {
    const { texts, numbers, slots } = this.#reader;
    const text = (name: (typeof detailTexts)[number]) => texts[slots.texts.get(name) ?? -1] ?? '';
    return {
      volumeName: text('volumeName'),
      claimName: text('claimName'),
      claimNamespace: text('claimNamespace'),
      nodeType: text('nodeType'),
      preemptible: numbers[slots.numbers.get('preemptible') ?? -1] ?? 0,
    };
  }

  #number(
    field: NumberName,
    need: 'required' | 'optional' | 'minutes',
    invalidFields: InvalidField[],
  ): number {
    const slot = numberSlots[field];
    const state = this.#reader.numberStates[slot];
    if (state === fieldStates.present) return this.#reader.numbers[slot] ?? 0;
    if (need === 'optional' && state === fieldStates.missing) return 0;
    if (need !== 'minutes') {
      invalidFields.push({ field, what: state === fieldStates.null ? 'null' : 'missing' });
    }
    return Number.NaN;
  }
}

const notANode = {
  detail: () => null,
  cpuCost: 0,
  ramCost: 0,
  gpuCost: 0,
  discount: 0,
  cpuCoreHours: 0,
  ramByteHours: 0,
  GPUHours: 0,
} satisfies Record<(typeof nodeNumbers)[number], number> & Pick<AssetRow, 'detail'>;

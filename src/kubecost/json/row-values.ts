import { type Entry, fieldStates, kinds, type ObjectFields } from './row-fields.ts';
import { wrongType } from './unexpected-shape.ts';

/** The fields of a row, each in its slot. */
interface RowValues {
  readonly numbers: Float64Array;
  readonly numberStates: Uint8Array;
  readonly texts: string[];
  readonly textStates: Uint8Array;
}

type Path = readonly (string | number)[];

/**
 * Sets the values of a row that JSON.parse has read; fields that it does not have keep their state.
 *
 * @param path of the row in its response, for the error
 * @throws UnexpectedShapeError where a field has another type
 */
export function fillRow(
  row: RowValues,
  fields: ObjectFields,
  value: Readonly<Record<string, unknown>>,
  path: Path,
): void {
  for (const [name, entry] of fields.wanted) {
    if (!Object.hasOwn(value, name)) continue;
    const field = value[name];
    if (entry.kind === kinds.object && field !== null) {
      if (!isObject(field) || !entry.object) throw wrongType([...path, name], 'an object', field);
      fillRow(row, entry.object, field, [...path, name]);
    } else fillField(row, entry, field, [...path, name]);
  }
}

function fillField(row: RowValues, { kind, slot }: Entry, field: unknown, path: Path): void {
  switch (kind) {
    case kinds.nonEmpty:
      row.numbers[slot] = hasEntries(field) ? 1 : 0;
      row.numberStates[slot] = fieldStates.present;
      break;
    case kinds.raw:
      row.texts[slot] = JSON.stringify(field);
      row.textStates[slot] = fieldStates.present;
      break;
    case kinds.rawMap:
      row.texts[slot] = isObject(field) && hasEntries(field) ? JSON.stringify(field) : '';
      row.textStates[slot] = fieldStates.present;
      break;
    case kinds.number:
      if (field !== null && (typeof field !== 'number' || !Number.isFinite(field))) {
        throw wrongType(path, 'a number', field);
      }
      row.numberStates[slot] = field === null ? fieldStates.null : fieldStates.present;
      if (field !== null) row.numbers[slot] = field;
      break;
    case kinds.text:
      if (field !== null && typeof field !== 'string') throw wrongType(path, 'a text', field);
      row.textStates[slot] = field === null ? fieldStates.null : fieldStates.present;
      if (field !== null) row.texts[slot] = field;
  }
}

function hasEntries(field: unknown): boolean {
  return typeof field === 'object' && field !== null && Object.keys(field).length > 0;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

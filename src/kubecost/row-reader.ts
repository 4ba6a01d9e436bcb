import { skipBlank, skipNumber, skipString, skipValue } from './json-skip.ts';
import type { Row } from './row.ts';
import { type Entry, ObjectFields, type RowFields, SlotCounter, type Slots } from './row-fields.ts';
import { wrongType } from './wrong-shape.ts';

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a] as const;
const [MINUS, DOT, ZERO, LOWER_N] = [0x2d, 0x2e, 0x30, 0x6e] as const;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;
/** Up to so many digits a float holds every whole number. */
const exactDigits = 15;
const powers = Array.from({ length: 23 }, (_, i) => 10 ** i);

/** What a field turned out to be. */
export const fieldStates = { missing: 0, present: 1, null: 2 } as const;

/** Where the last text of a field was in this chunk, so that one that comes again is no new string. */
interface LastText {
  start: number;
  length: number;
  text: string;
}

/**
 * Reads the fields it was told of straight from the bytes of a row, expecting them in the order of
 * the row before. It takes only what it has checked in full; every row with anything unusual (an
 * escape in a wanted text, a field that comes twice, a value of another type) is left to JSON.parse,
 * which it agrees with.
 */
export class RowReader {
  readonly slots: Slots;
  readonly numbers: Float64Array;
  readonly numberStates: Uint8Array;
  readonly texts: string[];
  readonly textStates: Uint8Array;
  readonly #fields: ObjectFields;
  readonly #lastTexts: LastText[];
  #bytes: Buffer = Buffer.alloc(0);
  #source: Uint8Array = this.#bytes;

  constructor(fields: RowFields) {
    const slots = new SlotCounter();
    this.#fields = new ObjectFields(fields, '', slots);
    this.slots = slots;
    this.numbers = new Float64Array(slots.numbers.size);
    this.numberStates = new Uint8Array(slots.numbers.size);
    this.texts = Array.from({ length: slots.texts.size }, () => '');
    this.textStates = new Uint8Array(slots.texts.size);
    this.#lastTexts = this.texts.map(() => ({ start: 0, length: -1, text: '' }));
  }

  /** Reads the row that begins at `start` and returns where it ends; -1 where it was not understood. */
  read(bytes: Uint8Array, start: number, limit: number): number {
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#bytes = Buffer.isBuffer(bytes)
        ? bytes
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (const last of this.#lastTexts) last.length = -1;
    }
    this.#clear();
    return this.#object(this.#fields, start, limit);
  }

  /**
   * Reads a row that was cut out whole.
   *
   * @throws JsonBreak, WrongShape
   */
  readRow(row: Row): void {
    if (this.read(row.bytes, row.start, row.end) === row.end) return;
    const value = row.json();
    if (!isObject(value)) throw wrongType(row.path, 'an object', value);
    this.#clear();
    this.#fill(this.#fields, value, row.path);
  }

  #clear(): void {
    this.numbers.fill(0);
    this.numberStates.fill(fieldStates.missing);
    this.textStates.fill(fieldStates.missing);
    for (let i = 0; i < this.texts.length; i++) this.texts[i] = '';
  }

  #object(fields: ObjectFields, start: number, limit: number): number {
    const bytes = this.#bytes;
    if (bytes[start] !== OPEN_OBJECT) return -1;
    let at = skipBlank(bytes, start + 1, limit);
    if (at < limit && bytes[at] === CLOSE_OBJECT) return at + 1;
    let before: Entry | null = null;
    while (at < limit) {
      if (bytes[at] !== QUOTE) return -1;
      let entry: Entry | null = before === null ? fields.first : before.next;
      if (entry === null || !startsWith(bytes, at, limit, entry.bytes)) {
        const end = skipString(bytes, at, limit);
        if (end < 0) return -1;
        entry = fields.entry(nameOf(bytes, at, end));
        if (before === null) fields.first = entry;
        else before.next = entry;
        at = end;
      } else at += entry.bytes.length;
      if (bytes[at] !== COLON) at = skipBlank(bytes, at, limit);
      if (at >= limit || bytes[at] !== COLON) return -1;
      at++;
      if ((bytes[at] ?? 0) <= 0x20) at = skipBlank(bytes, at, limit);
      at = this.#value(entry, at, limit);
      if (at < 0) return -1;
      before = entry;
      if ((bytes[at] ?? 0) <= 0x20) at = skipBlank(bytes, at, limit);
      if (at >= limit) return -1;
      const byte = bytes[at++];
      if (byte === CLOSE_OBJECT) return at;
      if (byte !== COMMA) return -1;
      if ((bytes[at] ?? 0) <= 0x20) at = skipBlank(bytes, at, limit);
    }
    return -1;
  }

  #value(entry: Entry, at: number, limit: number): number {
    switch (entry.kind) {
      case 'skip':
        return skipValue(this.#bytes, at, limit);
      case 'number':
        return this.#number(entry.slot, at, limit);
      case 'text':
        return this.#text(entry.slot, at, limit);
      case 'object':
        return this.#inner(entry, at, limit);
      case 'filled':
        return this.#filled(entry.slot, at, limit);
      case 'raw': {
        if (this.textStates[entry.slot] !== fieldStates.missing) return -1;
        const end = skipValue(this.#bytes, at, limit);
        if (end < 0) return -1;
        this.texts[entry.slot] = this.#bytes.toString('utf8', at, end);
        this.textStates[entry.slot] = fieldStates.present;
        return end;
      }
    }
  }

  #inner({ object }: Entry, at: number, limit: number): number {
    if (!object) return -1;
    if (this.#bytes[at] === LOWER_N) return skipValue(this.#bytes, at, limit);
    // the same object a second time would mix two
    for (const { kind, slot } of object.wanted.values()) {
      const states = kind === 'text' || kind === 'raw' ? this.textStates : this.numberStates;
      if (slot >= 0 && states[slot] !== fieldStates.missing) return -1;
    }
    return this.#object(object, at, limit);
  }

  #number(slot: number, start: number, limit: number): number {
    if (this.numberStates[slot] !== fieldStates.missing) return -1;
    const bytes = this.#bytes;
    if (bytes[start] === LOWER_N) {
      const end = skipValue(bytes, start, limit);
      this.numberStates[slot] = fieldStates.null;
      return end;
    }
    const negative = bytes[start] === MINUS;
    const first = negative ? start + 1 : start;
    let at = first;
    let digits = 0;
    let value = 0;
    for (; at < limit; at++, digits++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (digits === 0 || (digits > 1 && bytes[first] === ZERO)) return -1;
    let decimals = 0;
    if (bytes[at] === DOT) {
      for (at++; at < limit; at++, decimals++) {
        const digit = (bytes[at] ?? 0) - ZERO;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      if (decimals === 0) return -1;
    }
    const next = bytes[at] ?? 0;
    if (at >= limit) return -1;
    if (next === 0x65 || next === 0x45 || digits + decimals > exactDigits) {
      at = skipNumber(bytes, start, limit);
      if (at < 0) return -1;
      value = Number(bytes.toString('latin1', start, at));
      if (!Number.isFinite(value)) return -1;
    } else {
      value = value / (powers[decimals] ?? 1);
      if (negative) value = -value;
    }
    this.numbers[slot] = value;
    this.numberStates[slot] = fieldStates.present;
    return at;
  }

  #text(slot: number, start: number, limit: number): number {
    if (this.textStates[slot] !== fieldStates.missing) return -1;
    const bytes = this.#bytes;
    if (bytes[start] === LOWER_N) {
      this.textStates[slot] = fieldStates.null;
      return skipValue(bytes, start, limit);
    }
    if (bytes[start] !== QUOTE) return -1;
    let ascii = true;
    for (let at = start + 1; at < limit; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.texts[slot] = this.#textOf(slot, start + 1, at, ascii);
        this.textStates[slot] = fieldStates.present;
        return at + 1;
      }
      if (byte === BACKSLASH || byte < 0x20) return -1;
      if (byte >= 0x80) ascii = false;
    }
    return -1;
  }

  #textOf(slot: number, start: number, end: number, ascii: boolean): string {
    const last = this.#lastTexts[slot];
    const length = end - start;
    if (!last) return '';
    if (last.length === length && sameBytes(this.#bytes, start, last.start, length)) {
      last.start = start;
      return last.text;
    }
    const text = ascii
      ? this.#bytes.toString('latin1', start, end)
      : this.#bytes.toString('utf8', start, end);
    last.start = start;
    last.length = length;
    last.text = text;
    return text;
  }

  #filled(slot: number, at: number, limit: number): number {
    if (this.numberStates[slot] !== fieldStates.missing) return -1;
    const bytes = this.#bytes;
    const end = skipValue(bytes, at, limit);
    if (end < 0) return -1;
    const opening = bytes[at];
    const inside = skipBlank(bytes, at + 1, end);
    const empty = bytes[inside] === CLOSE_OBJECT || bytes[inside] === CLOSE_ARRAY;
    this.numbers[slot] = (opening === OPEN_OBJECT || opening === OPEN_ARRAY) && !empty ? 1 : 0;
    this.numberStates[slot] = fieldStates.present;
    return end;
  }

  #fill(
    fields: ObjectFields,
    value: Readonly<Record<string, unknown>>,
    path: readonly (string | number)[],
  ): void {
    for (const [name, { kind, slot, object }] of fields.wanted) {
      if (!Object.hasOwn(value, name)) continue;
      const field = value[name];
      const states = kind === 'text' || kind === 'raw' ? this.textStates : this.numberStates;
      if (kind === 'filled') {
        const filled = typeof field === 'object' && field !== null && Object.keys(field).length > 0;
        this.numbers[slot] = filled ? 1 : 0;
        states[slot] = fieldStates.present;
      } else if (kind === 'raw') {
        this.texts[slot] = JSON.stringify(field);
        states[slot] = fieldStates.present;
      } else if (field === null) {
        if (slot >= 0) states[slot] = fieldStates.null;
      } else if (kind === 'object') {
        if (!isObject(field) || !object) throw wrongType([...path, name], 'an object', field);
        this.#fill(object, field, [...path, name]);
      } else if (kind === 'number') {
        if (typeof field !== 'number' || !Number.isFinite(field)) {
          throw wrongType([...path, name], 'a number', field);
        }
        this.numbers[slot] = field;
        states[slot] = fieldStates.present;
      } else {
        if (typeof field !== 'string') throw wrongType([...path, name], 'a text', field);
        this.texts[slot] = field;
        states[slot] = fieldStates.present;
      }
    }
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(bytes: Buffer, start: number, end: number): string {
  return String(JSON.parse(bytes.toString('utf8', start, end)));
}

function startsWith(bytes: Uint8Array, at: number, limit: number, name: Uint8Array): boolean {
  const { length } = name;
  if (at + length > limit) return false;
  for (let i = 1; i < length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}

/** From the end, where names differ first. */
function sameBytes(bytes: Uint8Array, one: number, other: number, length: number): boolean {
  for (let i = length - 1; i >= 0; i--) if (bytes[one + i] !== bytes[other + i]) return false;
  return true;
}

import { blockEnd } from './blocks.ts';
import { exactDigits, longDecimal, powersOfTen } from './decimal.ts';
import type { Row } from './row.ts';
import {
  type Entry,
  fieldStates,
  kinds,
  ObjectFields,
  type RowFields,
  SlotCounter,
  type Slots,
} from './row-fields.ts';
import { fillRow, isObject } from './row-values.ts';
import { plainTextEnd, skipBlank, skipNumber, skipString, skipValue } from './skip.ts';
import { wrongType } from './unexpected-shape.ts';

const [QUOTE, COMMA, COLON] = [0x22, 0x2c, 0x3a] as const;
const [MINUS, DOT, ZERO, LOWER_N] = [0x2d, 0x2e, 0x30, 0x6e] as const;
const [LOWER_E, UPPER_E] = [0x65, 0x45] as const;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;

/** Where the previous text of a field is in this block, quotes included: the same text again makes no new string. */
interface PreviousText {
  start: number;
  length: number;
  text: string;
}

/**
 * A reader of chosen fields straight from the bytes of a row, expecting them in the order of the
 * previous row. It accepts only rows that it has checked in full; a row with anything unusual (an
 * escape in a wanted text, a duplicate field, a value of another type) goes to JSON.parse, which
 * gives the same result.
 */
export class RowReader {
  readonly slots: Slots;
  readonly numbers: Float64Array;
  readonly numberStates: Uint8Array;
  readonly texts: string[];
  readonly textStates: Uint8Array;
  readonly #objectStates: Uint8Array;
  readonly #fields: ObjectFields;
  readonly #previousTexts: PreviousText[];
  /** The current block with the zeros behind it; see skip.ts. */
  #bytes: Buffer = Buffer.alloc(0);
  #view = new DataView(this.#bytes.buffer);
  #limit = 0;
  #source: Uint8Array | null = null;

  constructor(fields: RowFields) {
    const slots = new SlotCounter();
    this.#fields = new ObjectFields(fields, '', slots);
    this.slots = slots;
    this.numbers = new Float64Array(slots.numbers.size);
    this.numberStates = new Uint8Array(slots.numbers.size);
    this.texts = Array.from({ length: slots.texts.size }, () => '');
    this.textStates = new Uint8Array(slots.texts.size);
    this.#objectStates = new Uint8Array(slots.objects);
    this.#previousTexts = this.texts.map(() => ({ start: 0, length: -1, text: '' }));
  }

  /** The number in a slot; NaN where the field is null or missing. */
  number(slot: number): number {
    const isPresent = this.numberStates[slot] === fieldStates.present;
    return isPresent ? (this.numbers[slot] ?? 0) : Number.NaN;
  }

  /** Reads the row that begins at `start` and returns where it ends; -1 where JSON.parse has to read it. */
  read(bytes: Uint8Array, start: number, limit: number): number {
    if (bytes !== this.#source || limit !== this.#limit) this.#useBlock(bytes, limit);
    this.#clear();
    return this.#object(this.#fields, start);
  }

  /**
   * Reads a row that is complete.
   *
   * @throws JsonSyntaxError, UnexpectedShapeError
   */
  readRow(row: Row): void {
    const bytes = row.bytes.subarray(row.start, row.end);
    if (this.read(bytes, 0, bytes.length) === bytes.length) return;
    const value = row.json();
    if (!isObject(value)) throw wrongType(row.path, 'an object', value);
    this.#clear();
    fillRow(this, this.#fields, value, row.path);
  }

  /** Uses the bytes as they are where zeros follow them, as in a block; else a copy. */
  #useBlock(bytes: Uint8Array, limit: number): void {
    const { buffer, byteOffset } = bytes;
    if (byteOffset + limit + blockEnd <= buffer.byteLength) {
      this.#bytes = Buffer.from(buffer, byteOffset, limit + blockEnd);
    }
    if (!this.#endsWithZeros(limit)) {
      this.#bytes = Buffer.from(new ArrayBuffer(limit + blockEnd));
      this.#bytes.set(bytes.subarray(0, limit));
    }
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length);
    this.#source = bytes;
    this.#limit = limit;
    for (const last of this.#previousTexts) last.length = -1;
  }

  #endsWithZeros(limit: number): boolean {
    if (this.#bytes.length !== limit + blockEnd) return false;
    for (let i = 0; i < blockEnd; i++) if (this.#bytes[limit + i] !== 0) return false;
    return true;
  }

  #clear(): void {
    this.numbers.fill(0);
    this.numberStates.fill(fieldStates.missing);
    this.textStates.fill(fieldStates.missing);
    this.#objectStates.fill(fieldStates.missing);
    for (let i = 0; i < this.texts.length; i++) this.texts[i] = '';
  }

  #object(fields: ObjectFields, start: number): number {
    const bytes = this.#bytes;
    const view = this.#view;
    const limit = this.#limit;
    if (bytes[start] !== OPEN_OBJECT) return -1;
    let at = skipBlank(bytes, start + 1);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    let entry: Entry = fields.head;
    for (;;) {
      const next: Entry | null = entry.next;
      const alternative: Entry | null = entry.alternative;
      if (next?.name.isAt(view, at, limit)) {
        at += next.name.length;
        entry = next;
      } else if (alternative?.name.isAt(view, at, limit)) {
        at += alternative.name.length;
        entry = follow(entry, alternative);
      } else {
        if (bytes[at] !== QUOTE) return -1;
        const end = skipString(bytes, at);
        if (end < 0) return -1;
        entry = follow(entry, fields.entry(nameOf(bytes, at, end)));
        at = skipBlank(bytes, end);
        if (bytes[at] !== COLON) return -1;
        at++;
      }
      if ((bytes[at] ?? 0) <= 0x20) at = skipBlank(bytes, at);
      at = this.#value(entry, at);
      if (at < 0) return -1;
      if ((bytes[at] ?? 0) <= 0x20) at = skipBlank(bytes, at);
      const byte = bytes[at++];
      if (byte === CLOSE_OBJECT) return at;
      if (byte !== COMMA) return -1;
      if ((bytes[at] ?? 0) <= 0x20) at = skipBlank(bytes, at);
    }
  }

  #value(entry: Entry, at: number): number {
    switch (entry.kind) {
      case kinds.skip:
        return skipValue(this.#bytes, at);
      case kinds.number:
        return this.#number(entry.slot, at);
      case kinds.text:
        return this.#text(entry.slot, at);
      case kinds.object:
        return this.#inner(entry, at);
      case kinds.nonEmpty:
        return this.#nonEmpty(entry.slot, at);
      case kinds.raw:
      case kinds.rawMap: {
        if (this.textStates[entry.slot] !== fieldStates.missing) return -1;
        const end = skipValue(this.#bytes, at);
        if (end < 0) return -1;
        this.textStates[entry.slot] = fieldStates.present;
        if (entry.kind === kinds.rawMap && !this.#isFilledMap(at)) return end;
        this.texts[entry.slot] = this.#bytes.toString('utf8', at, end);
        return end;
      }
    }
  }

  #inner({ object, slot }: Entry, at: number): number {
    // the same object a second time would mix two
    if (!object || this.#objectStates[slot] !== fieldStates.missing) return -1;
    this.#objectStates[slot] = fieldStates.present;
    if (this.#bytes[at] === LOWER_N) return skipValue(this.#bytes, at);
    return this.#object(object, at);
  }

  #number(slot: number, start: number): number {
    if (this.numberStates[slot] !== fieldStates.missing) return -1;
    const bytes = this.#bytes;
    const opening = bytes[start] ?? 0;
    if (opening === ZERO && bytes[start + 1] === COMMA) {
      this.numberStates[slot] = fieldStates.present;
      return start + 1;
    }
    if (opening === LOWER_N) {
      this.numberStates[slot] = fieldStates.null;
      return skipValue(bytes, start);
    }
    const negative = opening === MINUS;
    const first = negative ? start + 1 : start;
    let at = first;
    let value = 0;
    let digit = (bytes[at] ?? 0) - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = (bytes[++at] ?? 0) - ZERO;
    }
    let digits = at - first;
    if (digits === 0 || (digits > 1 && bytes[first] === ZERO)) return -1;
    let decimals = 0;
    if (bytes[at] === DOT) {
      const fraction = ++at;
      digit = (bytes[at] ?? 0) - ZERO;
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        digit = (bytes[++at] ?? 0) - ZERO;
      }
      decimals = at - fraction;
      if (decimals === 0) return -1;
      digits += decimals;
    }
    const next = bytes[at] ?? 0;
    // where the bytes end the number may go on
    if (next === 0) return -1;
    const hasExponent = next === LOWER_E || next === UPPER_E;
    if (digits > exactDigits && !hasExponent) value = longDecimal(bytes, first, at);
    else if (decimals > 0) value /= powersOfTen[decimals] ?? 1;
    if (hasExponent || Number.isNaN(value)) {
      at = skipNumber(bytes, start);
      if (at < 0) return -1;
      value = Number(bytes.toString('latin1', start, at));
      if (!Number.isFinite(value)) return -1;
    } else if (negative) value = -value;
    this.numbers[slot] = value;
    this.numberStates[slot] = fieldStates.present;
    return at;
  }

  #text(slot: number, start: number): number {
    if (this.textStates[slot] !== fieldStates.missing) return -1;
    const bytes = this.#bytes;
    if (bytes[start] === LOWER_N) {
      this.textStates[slot] = fieldStates.null;
      return skipValue(bytes, start);
    }
    const last = this.#previousTexts[slot];
    if (bytes[start] !== QUOTE || !last) return -1;
    this.textStates[slot] = fieldStates.present;
    if (this.#isSameText(last, start)) {
      this.texts[slot] = last.text;
      last.start = start;
      return start + last.length;
    }
    const end = plainTextEnd(bytes, start + 1);
    if (end < 0) return -1;
    last.start = start;
    last.length = end + 1 - start;
    last.text = bytes.toString('utf8', start + 1, end);
    this.texts[slot] = last.text;
    return end + 1;
  }

  /** Whether the previous text of a field is repeated here, with its quotes. */
  #isSameText({ start, length }: PreviousText, at: number): boolean {
    if (length < 4 || at + length > this.#limit) return false;
    const view = this.#view;
    const tail = length - 4;
    // from the end, where names differ first
    if (view.getInt32(at + tail) !== view.getInt32(start + tail)) return false;
    for (let i = 0; i < tail; i += 4) {
      if (view.getInt32(at + i) !== view.getInt32(start + i)) return false;
    }
    return true;
  }

  #nonEmpty(slot: number, at: number): number {
    if (this.numberStates[slot] !== fieldStates.missing) return -1;
    const bytes = this.#bytes;
    const end = skipValue(bytes, at);
    if (end < 0) return -1;
    const opening = bytes[at];
    const inside = skipBlank(bytes, at + 1);
    const empty = bytes[inside] === CLOSE_OBJECT || bytes[inside] === CLOSE_ARRAY;
    this.numbers[slot] = (opening === OPEN_OBJECT || opening === OPEN_ARRAY) && !empty ? 1 : 0;
    this.numberStates[slot] = fieldStates.present;
    return end;
  }

  #isFilledMap(at: number): boolean {
    const bytes = this.#bytes;
    return bytes[at] === OPEN_OBJECT && bytes[skipBlank(bytes, at + 1)] !== CLOSE_OBJECT;
  }
}

function follow(entry: Entry, next: Entry): Entry {
  entry.alternative = entry.next;
  entry.next = next;
  return next;
}

function nameOf(bytes: Buffer, start: number, end: number): string {
  return String(JSON.parse(bytes.toString('utf8', start, end)));
}

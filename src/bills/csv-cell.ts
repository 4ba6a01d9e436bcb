import { day } from '../time.ts';
import type { Cell } from './cell.ts';
import type { CsvScanner } from './csv-scanner.ts';
import { amountOf, dateOf, textOf, timeOf } from './values.ts';

/** Texts that a column remembers, and their maximum length; most columns repeat a few. */
const slots = 16_384;
const maxLength = 96;

const minus = 0x2d;

/** Exact up to 1e22. */
const powersOfTen = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/**
 * A column of a CSV file. Numbers and times are read from the bytes, and a text that the column had
 * before is the same string again: decoding them took half of the time of a bill.
 */
export class CsvCell implements Cell {
  readonly #scanner: CsvScanner;
  readonly #column: number;
  #texts: (string | undefined)[] = [];
  #bytes = new Uint8Array(0);
  #lengths = new Uint8Array(0);
  #lastSlot = 0;
  /** The date of the last time, and its midnight. */
  #date = Number.NaN;
  #midnight: number | undefined;

  constructor(scanner: CsvScanner, column: number) {
    this.#scanner = scanner;
    this.#column = column;
  }

  value(): string {
    return this.#scanner.text(this.#column);
  }

  text(): string {
    const { bytes, starts, ends, escaped } = this.#scanner;
    const start = starts[this.#column] ?? 0;
    const length = (ends[this.#column] ?? 0) - start;
    if (length === 0) return '';
    if (length > maxLength || escaped[this.#column] === 1) return textOf(this.value());
    const last = this.#texts[this.#lastSlot];
    if (last !== undefined && this.#isInSlot(this.#lastSlot, bytes, start, length)) return last;
    const slot = slotOf(bytes, start, length);
    this.#lastSlot = slot;
    const known = this.#texts[slot];
    if (known !== undefined && this.#isInSlot(slot, bytes, start, length)) return known;
    const text = textOf(this.value());
    this.#remember(slot, text, start, length);
    return text;
  }

  /**
   * A decimal with at most 22 places is read by its digits, others by `Number`. Up to 15 digits the result is
   * the nearest double (Clinger 1990), beyond that it is within 1e-15 of the number.
   */
  amount(absent: number): number | undefined {
    const { bytes, starts, ends } = this.#scanner;
    const start = starts[this.#column] ?? 0;
    const end = ends[this.#column] ?? 0;
    const length = end - start;
    if (length === 0) return absent;
    if (length >= powersOfTen.length) return amountOf(this.value(), absent);
    const sign = bytes[start] === minus ? -1 : 1;
    const first = sign < 0 ? start + 1 : start;
    let value = 0;
    let point = end;
    for (let at = first; at < end; at++) {
      const digit = (bytes[at] ?? 0) - 48;
      if (digit >= 0 && digit <= 9) value = value * 10 + digit;
      else if (digit === -2 && point === end) point = at;
      else return amountOf(this.value(), absent);
    }
    // neither `-` nor `.` is a number
    if (end - first < 2 && (end === first || point === first))
      return amountOf(this.value(), absent);
    const places = point === end ? 0 : end - point - 1;
    return (sign * value) / (powersOfTen[places] ?? Number.NaN);
  }

  /** `2026-10-01T05:00:00Z` by its digits, each date looked up in the calendar once in a row. */
  time(): number | undefined {
    const { bytes, starts, ends } = this.#scanner;
    const start = starts[this.#column] ?? 0;
    const length = (ends[this.#column] ?? 0) - start;
    const isPlain =
      (length === 19 || (length === 20 && bytes[start + 19] === 0x5a)) &&
      bytes[start + 4] === 0x2d &&
      bytes[start + 7] === 0x2d &&
      bytes[start + 10] === 0x54 &&
      bytes[start + 13] === 0x3a &&
      bytes[start + 16] === 0x3a;
    if (!isPlain) return timeOf(this.value());
    const year = digits(bytes, start, 2) * 100 + digits(bytes, start + 2, 2);
    const month = digits(bytes, start + 5, 2);
    const dayOfMonth = digits(bytes, start + 8, 2);
    const hours = digits(bytes, start + 11, 2);
    const seconds = (hours * 60 + digits(bytes, start + 14, 2)) * 60 + digits(bytes, start + 17, 2);
    const date = (year * 100 + month) * 100 + dayOfMonth;
    // not a number where any of them is no digit
    if (Number.isNaN(date + seconds)) return timeOf(this.value());
    if (date !== this.#date) {
      this.#date = date;
      this.#midnight = dateOf(year, month, dayOfMonth, 0);
    }
    if (this.#midnight === undefined || seconds > day / 1000) return timeOf(this.value());
    return this.#midnight + seconds * 1000;
  }

  #isInSlot(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    if (this.#lengths[slot] !== length) return false;
    const known = this.#bytes;
    const from = slot * maxLength;
    for (let at = 0; at < length; at++) if (known[from + at] !== bytes[start + at]) return false;
    return true;
  }

  #remember(slot: number, text: string, start: number, length: number): void {
    if (this.#lengths.length === 0) {
      this.#texts = new Array(slots);
      this.#bytes = new Uint8Array(slots * maxLength);
      this.#lengths = new Uint8Array(slots);
    }
    const { bytes } = this.#scanner;
    const to = slot * maxLength;
    for (let at = 0; at < length; at++) this.#bytes[to + at] = bytes[start + at] ?? 0;
    this.#texts[slot] = text;
    this.#lengths[slot] = length;
  }
}

/** Ids differ in their last characters. */
function slotOf(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length - 1;
  let hash = length;
  for (let at = Math.max(start, end - 5); at <= end; at++)
    hash = (hash * 31 + (bytes[at] ?? 0)) | 0;
  return (hash ^ (hash >>> 14)) & (slots - 1);
}

/** A number of `count` digits; not a number where one of the bytes is no digit. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = (bytes[i] ?? 0) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

import { day } from '../time.ts';
import type { Cell } from './cell.ts';
import type { CsvScanner } from './csv-scanner.ts';
import { KnownTexts, maxKnownLength } from './known-texts.ts';
import { amountOf, dateOf, textOf, timeOf } from './values.ts';

const minus = 0x2d;
const unknown = -1;

/** Exact up to 1e22. */
const powersOfTen = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/**
 * A column of a CSV file. Numbers and times are read from the bytes, and a text that the column had
 * before is the same string again: decoding them took half of the time of a bill.
 */
export class CsvCell implements Cell {
  readonly #scanner: CsvScanner;
  readonly #column: number;
  #known: KnownTexts | null = null;
  /** The number of the text that was read last. */
  #number = unknown;
  /** The date of the last time: its bytes, and its midnight. */
  #yearBytes = 0;
  #monthBytes = 0;
  #dayBytes = 0;
  #midnight: number | undefined;

  constructor(scanner: CsvScanner, column: number) {
    this.#scanner = scanner;
    this.#column = column;
  }

  value(): string {
    return this.#scanner.text(this.#column);
  }

  text(): string {
    const { view, starts, ends, escaped } = this.#scanner;
    const start = starts[this.#column] ?? 0;
    const length = (ends[this.#column] ?? 0) - start;
    this.#number = unknown;
    if (length === 0) return '';
    if (length > maxKnownLength || escaped[this.#column] === 1) return textOf(this.value());
    this.#known ??= new KnownTexts();
    let text = this.#known.find(view, start, length);
    if (text === undefined) {
      text = textOf(this.value());
      this.#known.add(text, view, start, length);
    }
    this.#number = this.#known.number;
    return text;
  }

  meaning<T>(of: (text: string) => T): () => T {
    const empty = of('');
    const texts: string[] = [];
    const meanings: T[] = [];
    return () => {
      const text = this.text();
      if (text === '') return empty;
      const number = this.#number;
      if (number === unknown) return of(text);
      const known = meanings[number];
      // known texts are the same string again, so this does not compare characters
      if (known !== undefined && texts[number] === text) return known;
      const meaning = of(text);
      texts[number] = text;
      meanings[number] = meaning;
      return meaning;
    };
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
    const { bytes, view, starts, ends } = this.#scanner;
    const start = starts[this.#column] ?? 0;
    const length = (ends[this.#column] ?? 0) - start;
    const isPlain =
      (length === 19 || (length === 20 && bytes[start + 19] === 0x5a)) &&
      bytes[start + 10] === 0x54 &&
      bytes[start + 13] === 0x3a &&
      bytes[start + 16] === 0x3a;
    if (!isPlain) return timeOf(this.value());
    const isSameDate =
      view.getInt32(start) === this.#yearBytes &&
      view.getInt32(start + 4) === this.#monthBytes &&
      view.getInt16(start + 8) === this.#dayBytes;
    if (!isSameDate) this.#readDate(start);
    const minutes = digits(bytes, start + 11) * 60 + digits(bytes, start + 14);
    const seconds = minutes * 60 + digits(bytes, start + 17);
    // also where one of them is no digit
    if (!(seconds <= day / 1000) || this.#midnight === undefined) return timeOf(this.value());
    return this.#midnight + seconds * 1000;
  }

  #readDate(start: number): void {
    const { bytes, view } = this.#scanner;
    this.#yearBytes = view.getInt32(start);
    this.#monthBytes = view.getInt32(start + 4);
    this.#dayBytes = view.getInt16(start + 8);
    const year = digits(bytes, start) * 100 + digits(bytes, start + 2);
    const isDate = bytes[start + 4] === minus && bytes[start + 7] === minus;
    this.#midnight = isDate
      ? dateOf(year, digits(bytes, start + 5), digits(bytes, start + 8), 0)
      : undefined;
  }
}

/** A number of two digits; not a number where one of the bytes is no digit. */
function digits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 48;
  const ones = (bytes[at + 1] ?? 0) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

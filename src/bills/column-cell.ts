import type { Cell } from './cell.ts';
import { amountOf, textOf, timeOf } from './values.ts';

/** The values of a column for the rows that are in memory, and where they are read. */
export interface Rows {
  at: number;
}

/**
 * A column whose values are already decoded, for some rows at a time: numbers as they are, everything else as the
 * number of its value, since most columns repeat a few. What the library decoded can be released then, and
 * a text is understood once for all rows that have it.
 */
export class ColumnCell implements Cell {
  readonly #rows: Rows;
  /** Null where the values are not all numbers or null. */
  #numbers: Float64Array | null = null;
  /** 1 where a number is null; null where none is. */
  #nulls: Uint8Array | null = null;
  /** Null where the values are lists or objects. */
  #codes: Uint32Array | null = null;
  /** By code, or by row where there are no codes. */
  #values: ArrayLike<unknown> = [];
  #texts: (string | undefined)[] = [];
  #times: (number | undefined)[] = [];
  readonly #meanings: unknown[][] = [];
  /** Used again for the next rows: the garbage collector comes late for what is outside its heap. */
  #numberSpace = new Float64Array(0);
  #codeSpace = new Uint32Array(0);

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** The values of the next rows. */
  set(values: ArrayLike<unknown>): void {
    this.#numbers = null;
    this.#nulls = null;
    this.#codes = null;
    this.#values = [];
    this.#texts = [];
    this.#times = [];
    for (const meanings of this.#meanings) meanings.length = 0;
    const kind = kindOf(values);
    if (kind === 'numbers') this.#setNumbers(values);
    else if (kind === 'objects') this.#values = Array.from(values);
    else this.#setCodes(values);
  }

  value(): unknown {
    const { at } = this.#rows;
    if (this.#numbers !== null) return this.#nulls?.[at] === 1 ? null : this.#numbers[at];
    return this.#values[this.#codes === null ? at : (this.#codes[at] ?? 0)];
  }

  text(): string {
    const code = this.#codes?.[this.#rows.at];
    if (code === undefined) return textOf(this.value());
    const known = this.#texts[code];
    if (known !== undefined) return known;
    const text = textOf(this.#values[code]);
    this.#texts[code] = text;
    return text;
  }

  amount(absent: number): number | undefined {
    const { at } = this.#rows;
    if (this.#numbers === null) return amountOf(this.value(), absent);
    if (this.#nulls?.[at] === 1) return absent;
    const number = this.#numbers[at] ?? Number.NaN;
    return Number.isFinite(number) ? number : undefined;
  }

  time(): number | undefined {
    const { at } = this.#rows;
    if (this.#numbers !== null) return this.#nulls?.[at] === 1 ? undefined : this.#numbers[at];
    const code = this.#codes?.[at];
    if (code === undefined) return timeOf(this.value());
    const known = this.#times[code];
    if (known !== undefined) return known;
    const time = timeOf(this.#values[code]);
    this.#times[code] = time;
    return time;
  }

  meaning<T>(of: (text: string) => T): () => T {
    const meanings: (T | undefined)[] = [];
    this.#meanings.push(meanings);
    return () => {
      const code = this.#codes?.[this.#rows.at];
      if (code === undefined) return of(this.text());
      const known = meanings[code];
      if (known !== undefined) return known;
      const meaning = of(this.text());
      meanings[code] = meaning;
      return meaning;
    };
  }

  #setNumbers(values: ArrayLike<unknown>): void {
    const { length } = values;
    if (this.#numberSpace.length < length) this.#numberSpace = new Float64Array(length);
    const numbers = this.#numberSpace;
    for (let at = 0; at < length; at++) {
      const value = values[at];
      if (typeof value === 'number') numbers[at] = value;
      else {
        this.#nulls ??= new Uint8Array(length);
        this.#nulls[at] = 1;
      }
    }
    this.#numbers = numbers;
  }

  #setCodes(values: ArrayLike<unknown>): void {
    const { length } = values;
    if (this.#codeSpace.length < length) this.#codeSpace = new Uint32Array(length);
    const codes = this.#codeSpace;
    const codeOf = new Map<unknown, number>();
    const distinct: unknown[] = [];
    for (let at = 0; at < length; at++) {
      const value = values[at];
      let code = codeOf.get(value);
      if (code === undefined) {
        code = distinct.length;
        distinct.push(value);
        codeOf.set(value, code);
      }
      codes[at] = code;
    }
    this.#codes = codes;
    this.#values = distinct;
  }
}

function kindOf(values: ArrayLike<unknown>): 'numbers' | 'objects' | 'others' {
  let isNumbers = true;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === null || value === undefined || typeof value === 'number') continue;
    if (typeof value === 'object' && !(value instanceof Date)) return 'objects';
    isNumbers = false;
  }
  return isNumbers ? 'numbers' : 'others';
}

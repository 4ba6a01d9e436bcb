import { maxValueBytes, tooLarge } from './size-limit.ts';

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c] as const;
const [OPEN_ARRAY, OPEN_OBJECT, CLOSE_ARRAY, CLOSE_OBJECT] = [0x5b, 0x7b, 0x5d, 0x7d] as const;

/**
 * A scanner for the end of a JSON value, by quotes, escapes and depth alone, over any number of
 * chunks. It keeps the part of the value that was in earlier chunks. What it finds in invalid JSON
 * does not parse.
 */
export class ValueScanner {
  /** A value has begun and not ended yet. */
  busy = false;
  #depth = 0;
  #inString = false;
  /** After a backslash at the end of a chunk: 1, the byte it escapes. */
  #skip = 0;
  #kept = new Uint8Array(0);
  #length = 0;
  readonly #max: number;

  /** @param max bytes of the largest value that is kept over chunks */
  constructor(max = maxValueBytes) {
    this.#max = max;
  }

  /** Whether the value may end with the text: a number, true, false or null. */
  get endsWithText(): boolean {
    return this.#depth === 0 && !this.#inString;
  }

  /** Where the value ends that begins, or when busy continues, at `at`; -1 when in a later chunk (busy). */
  scan(bytes: Uint8Array, at: number): number {
    if (!this.busy) this.#begin();
    const scalar = this.endsWithText && !(this.#length === 0 && isDelimited(bytes[at] ?? 0));
    const end = scalar ? scalarEnd(bytes, at) : this.#delimitedEnd(bytes, at + this.#skip);
    this.busy = end < 0;
    if (this.busy) this.#keep(bytes, at, bytes.length);
    return end;
  }

  /** The bytes of a value that began in an earlier chunk and ended at `end`; null when it did not. */
  finish(bytes: Uint8Array, at: number, end: number): Uint8Array | null {
    this.busy = false;
    if (this.#length === 0) return null;
    this.#keep(bytes, at, end);
    const value = this.#kept.subarray(0, this.#length);
    this.#length = 0;
    return value;
  }

  #begin(): void {
    this.#depth = 0;
    this.#inString = false;
    this.#skip = 0;
  }

  #delimitedEnd(bytes: Uint8Array, from: number): number {
    const limit = bytes.length;
    let depth = this.#depth;
    let inString = this.#inString;
    let at = from;
    while (at < limit) {
      if (inString) {
        const byte = bytes[at];
        if (byte === BACKSLASH) at += 2;
        else {
          at++;
          if (byte !== QUOTE) continue;
          inString = false;
          if (depth === 0) return at;
        }
      } else {
        const byte = bytes[at++];
        if (byte === QUOTE) inString = true;
        else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
        else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
          if (--depth === 0) return at;
        }
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#skip = at - limit;
    return -1;
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#max) throw tooLarge('the server sent one value', this.#max);
    if (length > this.#kept.length) {
      const larger = new Uint8Array(Math.max(length, Math.min(2 * this.#kept.length, this.#max)));
      larger.set(this.#kept.subarray(0, this.#length));
      this.#kept = larger;
    }
    this.#kept.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
  }
}

function isDelimited(byte: number): boolean {
  return byte === QUOTE || byte === OPEN_OBJECT || byte === OPEN_ARRAY;
}

function scalarEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x20 || byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) return at;
  }
  return -1;
}

import { JsonSyntaxError } from './syntax-error.ts';

/** One value of a large response as bytes; the object is reused for the next value. */
export class Row {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** Offset of `start` in the body. */
  offset = 0;
  /** Names and indexes from the root of the response, whose own path is empty. */
  readonly path: readonly (string | number)[];
  readonly #locate: (row: Row) => never;

  /** @param locate throws a JsonSyntaxError for the first error in the row */
  constructor(path: readonly (string | number)[], locate: (row: Row) => never) {
    this.path = path;
    this.#locate = locate;
  }

  get key(): string | number {
    return this.path.at(-1) ?? 0;
  }

  /** Points to the value that ends at `offsetOfEnd` in the body. */
  set(bytes: Uint8Array, start: number, end: number, offsetOfEnd: number): void {
    this.bytes = bufferOf(bytes);
    this.start = start;
    this.end = end;
    this.offset = offsetOfEnd - (end - start);
  }

  /** The parsed value. Of duplicate names in an object the last one counts. */
  json(): unknown {
    try {
      return JSON.parse(this.bytes.toString('utf8', this.start, this.end));
    } catch {
      const first = this.bytes[this.start];
      if (first === 0x7b || first === 0x5b) this.#locate(this);
      throw new JsonSyntaxError('a value', this.bytes, this.start, {
        before: this.offset - this.start,
        truncated: false,
      });
    }
  }
}

/** The same bytes as a Buffer, without a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

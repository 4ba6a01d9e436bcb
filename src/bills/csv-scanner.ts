const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const space = 0x20;

/** Bytes that are compared at once, and constants to do it. */
const wordBytes = 4;
const oneInEachByte = 0x01010101;
const highestBits = 0x80808080 | 0;

/** A row longer than this is a quote that was never closed. */
const maxRowBytes = 4 * 1024 * 1024;

/** How the fields and rows of a file are separated. */
export interface CsvDialect {
  /** One byte. */
  readonly delimiter: number;
  readonly newline: '\n' | '\r\n' | '\r';
}

/** A row that is not CSV, in the words of an error message: `has a quoted field without an end`. */
export class CsvSyntaxError extends Error {}

/**
 * Splits CSV (RFC 4180) into rows and fields without decoding them: the fields of a row are byte ranges,
 * valid until the next row. Its oracle in the tests is csv-parse; it takes a fraction of the time because a bill
 * has many columns that nobody reads.
 */
export class CsvScanner {
  /** Bytes that the ranges refer to; what follows the last row is of no meaning. */
  bytes: Buffer = Buffer.alloc(0);
  /** The same bytes, to read four at a time; they can be read to 3 bytes behind every field. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Fields of the row. */
  count = 0;
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** 1 where a field contains doubled quotes. */
  escaped = new Uint8Array(64);
  /** Where the first row begins that is not complete, and where what was pushed ends. */
  #start = 0;
  #length = 0;
  readonly #delimiter: number;
  readonly #newline: number;
  readonly #hasReturn: boolean;

  constructor({ delimiter, newline }: CsvDialect) {
    this.#delimiter = delimiter;
    this.#newline = newline === '\r' ? carriageReturn : lineFeed;
    this.#hasReturn = newline === '\r\n';
  }

  /**
   * Calls `row` for each row that the bytes complete. Empty lines are left out.
   *
   * @throws CsvSyntaxError
   */
  push(chunk: Uint8Array, row: () => void): void {
    const kept = this.bytes.subarray(this.#start, this.#length);
    const length = kept.length + chunk.length;
    // one buffer for all chunks: a new one for each makes the garbage collector work
    if (length + wordBytes > this.bytes.length) {
      this.bytes = Buffer.alloc(2 * length + wordBytes);
      this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    }
    this.bytes.set(kept, 0);
    this.bytes.set(chunk, kept.length);
    this.#length = length;
    this.#start = this.#scan(row, false);
    if (length - this.#start > maxRowBytes) {
      throw new CsvSyntaxError(`is longer than ${maxRowBytes / 1024 / 1024} MiB`);
    }
  }

  /** Reads what follows the last newline. */
  end(row: () => void): void {
    this.#start = this.#scan(row, true);
  }

  /** The text of a field of the row. */
  text(field: number): string {
    const text = this.bytes.toString('utf8', this.starts[field], this.ends[field]);
    return this.escaped[field] === 1 ? text.replaceAll('""', '"') : text;
  }

  /** Returns where the first row begins that is not complete. */
  #scan(row: () => void, isLast: boolean): number {
    let start = isLast ? this.#start : 0;
    while (start < this.#length) {
      const next = this.#scanRow(start, isLast);
      if (next < 0) return start;
      const isEmpty = this.count === 1 && this.starts[0] === this.ends[0];
      if (!isEmpty) row();
      start = next;
    }
    return this.#length;
  }

  /** Finds the fields of the row at `at`. Returns where the next row begins; -1 where it is not complete. */
  #scanRow(at: number, isLast: boolean): number {
    // locals: the loops run for every byte of a bill
    const { bytes, view } = this;
    const length = this.#length;
    const newline = this.#newline;
    const delimiters = this.#delimiter * oneInEachByte;
    const newlines = newline * oneInEachByte;
    let { starts, ends, escaped } = this;
    let position = at;
    let field = 0;
    for (;;) {
      if (field === starts.length) {
        this.#grow();
        ({ starts, ends, escaped } = this);
      }
      if (position < length && bytes[position] === quote) {
        position = this.#scanQuoted(position, field, isLast);
        if (position < 0) return -1;
      } else {
        starts[field] = position;
        escaped[field] = 0;
        for (; position < length; position += wordBytes) {
          // four bytes at once: a byte that is zero after the XOR gets its highest bit, and the lowest of
          // these bits is the first separator (Hacker's Delight, 6-1)
          const word = view.getInt32(position, true);
          const other = word ^ delimiters;
          const end = word ^ newlines;
          const found =
            (((other - oneInEachByte) & ~other) | ((end - oneInEachByte) & ~end)) & highestBits;
          if (found === 0) continue;
          position += (31 - Math.clz32(found & -found)) >> 3;
          break;
        }
        if (position > length) position = length;
        ends[field] = position;
      }
      field++;
      if (position >= length && !isLast) return -1;
      const isEnd = position >= length || bytes[position] === newline;
      position++;
      if (isEnd) {
        if (this.#hasReturn) this.#dropReturn(field - 1, position - 2);
        this.count = field;
        return position;
      }
    }
  }

  /** Removes the carriage return before the newline from the last field of a row. */
  #dropReturn(field: number, at: number): void {
    const isLastByte = this.ends[field] === at + 1 && at >= (this.starts[field] ?? 0);
    if (isLastByte && this.bytes[at] === carriageReturn) this.ends[field] = at;
  }

  /** Returns where the delimiter or newline after a quoted field is; -1 where the bytes end before. */
  #scanQuoted(open: number, field: number, isLast: boolean): number {
    const { bytes } = this;
    const length = this.#length;
    let at = open + 1;
    let escaped = 0;
    for (;;) {
      while (at < length && bytes[at] !== quote) at++;
      if (at + 1 >= length || bytes[at + 1] !== quote) break;
      escaped = 1;
      at += 2;
    }
    if (at >= length) {
      if (isLast) throw new CsvSyntaxError('has a quoted field without an end');
      return -1;
    }
    this.starts[field] = open + 1;
    this.ends[field] = at;
    this.escaped[field] = escaped;
    do at++;
    while (at < length && bytes[at] === space);
    if (this.#hasReturn && at < length && bytes[at] === carriageReturn) at++;
    if (at >= length) return isLast ? at : -1;
    if (bytes[at] === this.#delimiter || bytes[at] === this.#newline) return at;
    throw new CsvSyntaxError('has text after a quoted field');
  }

  #grow(): void {
    const size = this.starts.length * 2;
    const { starts, ends, escaped } = this;
    this.starts = new Int32Array(size);
    this.ends = new Int32Array(size);
    this.escaped = new Uint8Array(size);
    this.starts.set(starts);
    this.ends.set(ends);
    this.escaped.set(escaped);
  }
}

/** The dialect of a file by its first line: the separator that occurs most often outside quotes. */
export function dialectOf(start: Uint8Array): CsvDialect {
  const end = start.indexOf(lineFeed);
  const newline = end < 0 ? '\r' : start[end - 1] === carriageReturn ? '\r\n' : '\n';
  const counts = new Map([',', ';', '\t', '|'].map((char) => [char.charCodeAt(0), 0]));
  let inQuotes = false;
  for (const byte of end < 0 ? start : start.subarray(0, end)) {
    if (byte === quote) inQuotes = !inQuotes;
    const count = counts.get(byte);
    if (count !== undefined && !inQuotes) counts.set(byte, count + 1);
  }
  const [[delimiter] = [0x2c]] = [...counts].sort(([, a], [, b]) => b - a);
  return { delimiter, newline };
}

import { Readable } from 'node:stream';
import papaparse from 'papaparse';
import { BillError } from './error.ts';
import { type BillLayout, detectFormat } from './formats/detect.ts';
import type { Cell } from './values.ts';

/** What becomes of the rows of a bill; the cells are one object, reused. */
export interface RowSink {
  begin(layout: BillLayout): void;
  /** @param row counted from 1, the header not included */
  row(cells: Readonly<Record<string, Cell>>, row: number): void;
}

/**
 * Reads a bill in CSV: RFC 4180 quotes, any of `, ; tab |` between the fields, with or without a byte
 * order mark.
 *
 * @throws BillError where the header is unknown, or a row has another number of fields
 */
export async function readCsv(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  sink: RowSink,
): Promise<void> {
  const rows = new CsvRows(name, sink);
  const { newline, all } = await firstLine(bytes);
  const stream = Readable.from(all, { objectMode: false });
  stream.setEncoding('utf8');
  try {
    await new Promise<void>((resolve, reject) => {
      stream.once('error', reject);
      papaparse.parse<string[]>(stream, {
        newline,
        delimitersToGuess: [',', ';', '\t', '|'],
        chunk({ data, errors }, parser) {
          try {
            // an error after the last row is that of a row which the next chunk completes
            const broken = errors.find(
              ({ type, row = 0 }) => type === 'Quotes' && row < data.length,
            );
            for (const fields of broken ? data.slice(0, broken.row) : data) rows.add(fields);
            if (broken) throw rows.error(broken.message.toLowerCase(), rows.count + 1);
          } catch (error) {
            // before the abort, which reports completion
            reject(error);
            parser.abort();
          }
        },
        error: reject,
        complete: () => resolve(),
      });
    });
  } finally {
    stream.destroy();
  }
  rows.end();
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Reads until the first line is whole: separators are guessed from it, and how lines end. */
async function firstLine(bytes: AsyncIterable<Uint8Array>) {
  const source = bytes[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  for (let next = await source.next(); !next.done; next = await source.next()) {
    read.push(next.value);
    if (next.value.includes(lineFeed)) break;
  }
  const start = Buffer.concat(read);
  const end = start.indexOf(lineFeed);
  const newline = end < 0 ? '\r' : start[end - 1] === carriageReturn ? '\r\n' : '\n';
  async function* all(): AsyncGenerator<Uint8Array> {
    yield start;
    yield* { [Symbol.asyncIterator]: () => source };
  }
  return { newline, all: all() } as const;
}

class CsvRows {
  count = 0;
  readonly #name: string;
  readonly #sink: RowSink;
  readonly #cells: Record<string, Cell> = {};
  #width = 0;
  #row: readonly string[] = [];
  #isBegun = false;

  constructor(name: string, sink: RowSink) {
    this.#name = name;
    this.#sink = sink;
  }

  add(row: readonly string[]): void {
    if (row.length === 1 && row[0] === '') return;
    if (!this.#isBegun) {
      this.#begin(row);
      return;
    }
    this.count++;
    if (row.length !== this.#width) {
      throw this.error(`has ${row.length} fields, the header has ${this.#width}`, this.count);
    }
    this.#row = row;
    this.#sink.row(this.#cells, this.count);
  }

  end(): void {
    if (!this.#isBegun) throw new BillError(`--bill: ${this.#name} is empty`);
  }

  error(problem: string, row: number): BillError {
    return new BillError(
      `--bill: ${this.#name}: row ${row} ${problem}`,
      'the bill is damaged or cut off: export or download it again',
    );
  }

  #begin(header: readonly string[]): void {
    const layout = detectFormat(header, this.#name);
    this.#width = header.length;
    this.#isBegun = true;
    for (const [field, column] of layout.columns) {
      const at = header.indexOf(column);
      // read where it is needed: copying every cell costs as much as parsing it
      Object.defineProperty(this.#cells, field, { get: () => this.#row[at] });
    }
    this.#sink.begin(layout);
  }
}

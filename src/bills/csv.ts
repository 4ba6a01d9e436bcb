import type { Cell, RowSink } from './cell.ts';
import { CsvCell } from './csv-cell.ts';
import { CsvScanner, CsvSyntaxError, dialectOf } from './csv-scanner.ts';
import { BillError } from './error.ts';
import { type BillLayout, detectFormat } from './formats/detect.ts';

/**
 * Reads a bill in CSV: RFC 4180 quotes, any of `, ; tab |` between the fields, with or without a byte
 * order mark.
 *
 * @throws BillError where the header is unknown, or a row has another number of fields
 */
export async function readCsv(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  sink: RowSink<BillLayout>,
): Promise<void> {
  const { start, rest } = await firstLine(bytes);
  const scanner = new CsvScanner(dialectOf(start));
  const rows = new CsvRows(name, scanner, sink);
  const add = () => rows.add();
  try {
    scanner.push(start, add);
    for await (const chunk of rest) scanner.push(chunk, add);
    scanner.end(add);
  } catch (error) {
    throw error instanceof CsvSyntaxError ? rows.error(error.message, rows.count + 1) : error;
  }
  rows.end();
}

const lineFeed = 0x0a;
const byteOrderMark = Buffer.from('\uFEFF');

/** Reads until the first line is whole, and removes a byte order mark. */
async function firstLine(bytes: AsyncIterable<Uint8Array>) {
  const source = bytes[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  for (let next = await source.next(); !next.done; next = await source.next()) {
    read.push(next.value);
    if (next.value.includes(lineFeed)) break;
  }
  const all = Buffer.concat(read);
  const hasMark = all.subarray(0, byteOrderMark.length).equals(byteOrderMark);
  return {
    start: hasMark ? all.subarray(byteOrderMark.length) : all,
    rest: { [Symbol.asyncIterator]: () => source },
  };
}

class CsvRows {
  count = 0;
  readonly #name: string;
  readonly #scanner: CsvScanner;
  readonly #sink: RowSink<BillLayout>;
  #width = 0;
  #isBegun = false;

  constructor(name: string, scanner: CsvScanner, sink: RowSink<BillLayout>) {
    this.#name = name;
    this.#scanner = scanner;
    this.#sink = sink;
  }

  /** The row at which the scanner stands. */
  add(): void {
    if (!this.#isBegun) {
      this.#begin();
      return;
    }
    this.count++;
    const { count } = this.#scanner;
    if (count !== this.#width) {
      throw this.error(`has ${count} fields, the header has ${this.#width}`, this.count);
    }
    this.#sink.row(this.count);
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

  #begin(): void {
    const { count } = this.#scanner;
    const header = Array.from({ length: count }, (_, field) => this.#scanner.text(field));
    const layout = detectFormat(header, this.#name);
    this.#width = count;
    this.#isBegun = true;
    const cells: Record<string, Cell> = {};
    for (const [field, column] of layout.columns) {
      cells[field] = new CsvCell(this.#scanner, header.indexOf(column));
    }
    this.#sink.begin(layout, cells);
  }
}

import { type BillFile, openBill } from './bill-file.ts';
import { type BillLine, emptyLine } from './bill-line.ts';
import type { Cells, RowSink } from './cell.ts';
import { BillError } from './error.ts';
import type { BillLayout } from './formats/detect.ts';
import type { Decode } from './formats/format.ts';

/** What was read from one file. */
export interface BillSummary {
  readonly file: string;
  readonly format: string;
  readonly rows: number;
}

/**
 * Reads every line of a file, in whichever format it is.
 *
 * @param take given the same object for every line
 * @throws BillError where the file cannot be read to its end: no sum of it may be used then
 */
export async function readBill(
  file: BillFile,
  take: (line: BillLine) => void,
): Promise<BillSummary> {
  const opened = await openBill(file);
  const lines = new Lines(file.name, take);
  if (opened.encoding === 'parquet') {
    const { readParquet } = await import('./parquet.ts');
    await readParquet(file, lines);
  } else {
    const { readCsv } = await import('./csv.ts');
    await readCsv(opened.text(), file.name, lines);
  }
  return { file: file.name, format: lines.format, rows: lines.rows };
}

/** Rows become lines. */
class Lines implements RowSink<BillLayout> {
  format = '';
  rows = 0;
  readonly #file: string;
  readonly #take: (line: BillLine) => void;
  readonly #line = emptyLine();
  #decode: Decode = () => null;

  constructor(file: string, take: (line: BillLine) => void) {
    this.#file = file;
    this.#take = take;
  }

  begin({ format }: BillLayout, cells: Cells): void {
    this.format = format.title;
    this.#decode = format.decoder(cells);
  }

  row(row: number): void {
    const problem = this.#decode(this.#line);
    if (problem !== null) {
      throw new BillError(
        `--bill: ${this.#file}: row ${row}: ${problem}`,
        'a bill with unreadable rows is not used: export or download it again',
      );
    }
    this.rows = row;
    this.#take(this.#line);
  }
}

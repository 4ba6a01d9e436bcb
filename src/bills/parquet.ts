import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress } from 'fzstd';
import type { Compressors } from 'hyparquet';
import { parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet';
import { day } from '../time.ts';
import type { BillFile } from './bill-file.ts';
import type { Cell, RowSink } from './cell.ts';
import { garbageCollector } from './collect-garbage.ts';
import { ColumnCell } from './column-cell.ts';
import { BillError } from './error.ts';
import { type BillLayout, detectFormat } from './formats/detect.ts';
import { KnownTexts, maxKnownLength } from './known-texts.ts';

/** A row group is held in memory as a whole: about 190 bytes for each of its rows. */
const maxGroupRows = 2_000_000;

/** Values that are decoded until garbage is collected, which takes as long as decoding some ten thousand. */
const valuesOfGarbage = 1_000_000;

const compressors: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes, size) => decompress(bytes, new Uint8Array(size)),
};

/** Times as milliseconds: an object for each of a million rows costs more than reading them. */
const parsers = {
  timestampFromMilliseconds: (millis: bigint) => Number(millis),
  timestampFromMicroseconds: (micros: bigint) => Number(micros / 1000n),
  timestampFromNanoseconds: (nanos: bigint) => Number(nanos / 1_000_000n),
  dateFromDays: (days: number) => days * day,
};

/**
 * Reads a bill in Parquet, row group by row group, only the columns that are needed.
 *
 * @throws BillError where the file is damaged, or its columns are no known format
 */
export async function readParquet(file: BillFile, sink: RowSink<BillLayout>): Promise<void> {
  const { slice, size, name } = file;
  if (slice === null || size === null) {
    throw new BillError(
      `--bill: Parquet cannot be read from standard input: its index is at its end`,
      'save it to a file and name that',
    );
  }
  if (size < 12) throw new BillError(`--bill: ${name} is cut off`, 'download it again');
  const buffer = {
    byteLength: size,
    slice: async (start: number, end?: number) => {
      const bytes = await slice(start < 0 ? size + start : start, end ?? size);
      // a copy would be as large as the column again
      const isAll = bytes.byteLength === bytes.buffer.byteLength;
      return isAll && bytes.buffer instanceof ArrayBuffer ? bytes.buffer : bytes.slice().buffer;
    },
  };
  const metadata = await parquetMetadataAsync(buffer, { parsers }).catch((cause: unknown) => {
    throw new BillError(
      `--bill: ${name} is cut off or damaged: its footer cannot be read`,
      'download it again',
      { cause },
    );
  });
  const layout = detectFormat(leavesOf(parquetSchema(metadata)), name);
  const names = new Set(parquetSchema(metadata).children.map(({ element }) => element.name));
  const columns = [...new Set([...layout.columns.values()].map((path) => topOf(path, names)))];
  const cells = new GroupCells(layout, columns);
  sink.begin(layout, cells.byField);
  const { ranges } = await parquetScan({ file: buffer, metadata, columns, compressors, parsers });
  const collectGarbage = garbageCollector();
  let group = 0;
  let row = 0;
  let decoded = 0;
  for (const { rowStart, rowEnd } of ranges) {
    group++;
    if (rowEnd - rowStart > maxGroupRows) {
      throw new BillError(
        `--bill: row group ${group} of ${name} has ${rowEnd - rowStart} rows, more than fit into memory`,
        `write it with row groups of at most ${maxGroupRows} rows`,
      );
    }
    for (const column of columns) {
      const damaged = (problem: string, cause?: unknown) =>
        new BillError(
          `--bill: column ${column} of row group ${group} of ${name} ${problem}`,
          'download it again',
          { cause },
        );
      // a scan keeps what it has read: with one for each column, it is released when the cells have it
      const options = { file: buffer, metadata, columns: [column], compressors };
      const scan = await parquetScan({ ...options, parsers: cells.parsersOf(column) });
      const values = await scan.readColumn({ column, rowStart, rowEnd }).catch((cause: unknown) => {
        throw damaged(`cannot be read: ${reasonOf(cause)}`, cause);
      });
      if (values.length !== rowEnd - rowStart) {
        throw damaged(`has ${values.length} values for ${rowEnd - rowStart} rows`);
      }
      cells.set(column, values);
      decoded += values.length;
      if (decoded < valuesOfGarbage) continue;
      collectGarbage();
      decoded = 0;
    }
    for (cells.at = 0; cells.at < rowEnd - rowStart; cells.at++) sink.row(++row);
  }
}

/** The columns of the row group that is read, and the row at which they stand. */
class GroupCells {
  at = 0;
  readonly byField: Record<string, Cell> = {};
  /** By column; those for the members of a struct share one. */
  readonly #cells = new Map<string, { member: string | null; cell: ColumnCell }[]>();
  readonly #texts = new Map<string, (bytes: Uint8Array) => string>();

  constructor(layout: BillLayout, columns: readonly string[]) {
    for (const [field, path] of layout.columns) {
      const dot = path.indexOf('.');
      const member = columns.includes(path) || dot < 0 ? null : path.slice(dot + 1);
      const column = member === null ? path : path.slice(0, dot);
      const cell = new ColumnCell(this);
      this.byField[field] = cell;
      const others = this.#cells.get(column);
      if (others) others.push({ member, cell });
      else this.#cells.set(column, [{ member, cell }]);
    }
  }

  /** Texts that a column had before are the same strings again, and not decoded. */
  parsersOf(column: string) {
    let text = this.#texts.get(column);
    if (!text) {
      text = textReader();
      this.#texts.set(column, text);
    }
    return { ...parsers, stringFromBytes: text };
  }

  set(column: string, values: ArrayLike<unknown>): void {
    for (const { member, cell } of this.#cells.get(column) ?? []) {
      cell.set(member === null ? values : Array.from(values, (value) => memberOf(value, member)));
    }
  }
}

/** Reads UTF-8 that a Parquet page has at some place. */
function textReader(): (bytes: Uint8Array) => string {
  const known = new KnownTexts();
  let view: DataView = new DataView(new ArrayBuffer(0));
  return (bytes) => {
    const { buffer, byteOffset, length } = bytes;
    const decoded = () => Buffer.from(buffer, byteOffset, length).toString('utf8');
    if (length === 0) return '';
    if (length > maxKnownLength) return decoded();
    if (view.buffer !== buffer) view = new DataView(buffer);
    let text = known.find(view, byteOffset, length);
    if (text === undefined) {
      text = decoded();
      known.add(text, view, byteOffset, length);
    }
    return text;
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

type SchemaTree = ReturnType<typeof parquetSchema>;

/** The columns; the members of a struct as `struct.member`, lists and maps as one column. */
function leavesOf(tree: SchemaTree): string[] {
  return tree.children.flatMap(({ element, children }) => {
    const isStruct = children.length > 0 && element.converted_type === undefined;
    return isStruct && element.logical_type === undefined
      ? children.map((child) => `${element.name}.${child.element.name}`)
      : [element.name];
  });
}

/** The column that holds a path: a struct, unless a column of that very name has a dot in it. */
function topOf(path: string, columns: ReadonlySet<string>): string {
  const dot = path.indexOf('.');
  return dot < 0 || columns.has(path) ? path : path.slice(0, dot);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/^parquet:? ?/, '') : String(cause);
}

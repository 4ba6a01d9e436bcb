import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress } from 'fzstd';
import type { Compressors } from 'hyparquet';
import { parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet';
import type { BillFile } from './bill-file.ts';
import { type Cell, type Cells, type RowSink, ValueCell } from './cell.ts';
import { BillError } from './error.ts';
import { type BillLayout, detectFormat } from './formats/detect.ts';

/** A row group is held in memory as a whole: about 190 bytes for each of its rows. */
const maxGroupRows = 2_000_000;

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
      return new Uint8Array(bytes).buffer;
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
  const rows = new GroupRows();
  sink.begin(layout, rows.cells(layout, columns));
  const scan = await parquetScan({ file: buffer, metadata, columns, compressors, parsers });
  let group = 0;
  let row = 0;
  for (const { rowStart, rowEnd } of scan.ranges) {
    group++;
    if (rowEnd - rowStart > maxGroupRows) {
      throw new BillError(
        `--bill: row group ${group} of ${name} has ${rowEnd - rowStart} rows, more than fit into memory`,
        `write it with row groups of at most ${maxGroupRows} rows`,
      );
    }
    for (const column of columns) {
      const values = await scan.readColumn({ column, rowStart, rowEnd }).catch((cause: unknown) => {
        throw new BillError(
          `--bill: column ${column} of row group ${group} of ${name} cannot be read: ${reasonOf(cause)}`,
          'download it again',
          { cause },
        );
      });
      if (values.length !== rowEnd - rowStart) {
        throw new BillError(
          `--bill: column ${column} of row group ${group} of ${name} has ${values.length} values for ${rowEnd - rowStart} rows`,
          'download it again',
        );
      }
      rows.set(column, values);
    }
    for (rows.at = 0; rows.at < rowEnd - rowStart; rows.at++) sink.row(++row);
  }
}

/** The columns of the row group that is read, and the row at which the cells stand. */
class GroupRows {
  readonly #columns = new Map<string, ArrayLike<unknown>>();
  at = 0;

  set(column: string, values: ArrayLike<unknown>): void {
    this.#columns.set(column, values);
  }

  cells(layout: BillLayout, columns: readonly string[]): Cells {
    const cells: Record<string, Cell> = {};
    for (const [field, path] of layout.columns) {
      const dot = path.indexOf('.');
      const inner = columns.includes(path) || dot < 0 ? null : path.slice(dot + 1);
      const column = inner === null ? path : path.slice(0, dot);
      const value = () => this.#columns.get(column)?.[this.at];
      cells[field] = new ValueCell(inner === null ? value : () => memberOf(value(), inner));
    }
    return cells;
  }
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

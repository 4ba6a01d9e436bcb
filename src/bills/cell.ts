/** A column of a bill at the row that is being read. */
export interface Cell {
  /** Text; empty for every way in which bills write null. */
  text(): string;
  /** An amount; `absent` where it is null, undefined where it is not a number. */
  amount(absent: number): number | undefined;
  /** Milliseconds since 1970 in UTC; undefined where it is not a time. */
  time(): number | undefined;
  /**
   * A function that says what the text means by `of`, which is called once for a text and not once for a row.
   */
  meaning<T>(of: (text: string) => T): () => T;
  /** The value itself: text in CSV, typed in Parquet. */
  value(): unknown;
}

/** The fields that a format reads; a field without a column in the bill is undefined. */
export type Cells = Readonly<Record<string, Cell | undefined>>;

/** What becomes of the rows of a bill. */
export interface RowSink<Layout> {
  /** @param cells stand at the row that is read, for all rows */
  begin(layout: Layout, cells: Cells): void;
  /** @param row counted from 1, the header not included */
  row(row: number): void;
}

export function text(cell: Cell | undefined): string {
  return cell === undefined ? '' : cell.text();
}

export function amount(cell: Cell | undefined, absent: number): number | undefined {
  return cell === undefined ? absent : cell.amount(absent);
}

export function time(cell: Cell | undefined): number | undefined {
  return cell === undefined ? undefined : cell.time();
}

/** {@link Cell.meaning}; that of an empty text where there is no such column. */
export function meaning<T>(cell: Cell | undefined, of: (text: string) => T): () => T {
  if (cell !== undefined) return cell.meaning(of);
  const empty = of('');
  return () => empty;
}

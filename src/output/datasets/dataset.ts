/** What stands in a cell: a number stays one, null is an empty cell. */
export type Cell = string | number | null;

/** Rows and columns for programs and documents: nothing is cut, times and amounts are exact. */
export interface Dataset {
  readonly title: string;
  readonly columns: readonly string[];
  /** Columns that hold numbers. */
  readonly numeric?: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
}

/** Value of a cell; null is an empty cell. */
export type Cell = string | number | null;

/** Rows and columns for csv and markdown: nothing is cut, times and amounts are exact. */
export interface Dataset {
  readonly title: string;
  readonly columns: readonly string[];
  /** Names of the columns that hold numbers. */
  readonly numeric?: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
}

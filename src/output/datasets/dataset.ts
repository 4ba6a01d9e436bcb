/** Value of a cell; null is an empty cell. */
export type Cell = string | number | null;

/** Rows and columns for csv and markdown: nothing is cut, times and amounts are exact. */
export interface Dataset {
  readonly title: string;
  readonly columns: readonly string[];
  /** Names of the columns that hold numbers. */
  readonly numeric?: readonly string[];
  /** Names of the columns that hold timestamps, which a table shows in the zone that was asked for. */
  readonly times?: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
}

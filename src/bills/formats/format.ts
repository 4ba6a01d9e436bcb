import type { BillLine } from '../bill-line.ts';
import type { Cells } from '../cell.ts';

/** A bill format: which columns it reads, and what a line of them means. */
export interface BillFormat {
  readonly name: string;
  /** For messages: `AWS Cost and Usage Report`. */
  readonly title: string;
  /** How to export with what kc-etl needs, for errors about missing columns. */
  readonly howToExport: string;
  /** Each field with the columns it can come from, the preferred one first; see {@link columnName}. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** A column of {@link columns} as the format writes it, where that is not the name itself. */
  readonly header?: (name: string) => string;
  /** The fields without which the format is not recognised. */
  readonly recognisedBy: readonly string[];
  /** The fields without which it cannot be audited. */
  readonly required: readonly string[];
  /** Made once a bill. @param cells stand at the row that is decoded, for all rows */
  readonly decoder: (cells: Cells) => Decode;
}

/**
 * Fills a line from the cells of the row.
 *
 * @returns what is wrong with the row, as `column: expectation`; null where it is whole
 */
export type Decode = (line: BillLine) => string | null;

/**
 * The name of a column as formats list it. CUR 1 writes `lineItem/ResourceId` in CSV and
 * `line_item_resource_id` in Parquet; Azure's localised headers hold the English name in brackets.
 */
export function columnName(header: string): string {
  const text = header.replace(/^\uFEFF/, '').trim();
  const english = /[([]([A-Za-z]+)[)\]]$/.exec(text)?.[1] ?? text;
  return english
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[/ .]+/g, '_')
    .toLowerCase();
}

/** `resource_id` is `ResourceId`. */
export function pascalCase(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

import type { Option } from '../config/option.ts';
import { type BillFormatName, billFormatNames } from '../demo/bill-files/format-names.ts';
import { UsageError } from '../errors.ts';

/** A bill to write: its format and the file as the user wrote it. */
export interface BillRequest {
  readonly format: BillFormatName;
  readonly path: string;
}

export const writeBillOption: Option<readonly BillRequest[]> = {
  flags: '--write-bill <format=file>',
  description: `write the clouds' bill of the simulated resources for audit run --bill (${billFormatNames.join(', ')}), then exit`,
  repeatable: true,
  fallback: [],
  settable: 'never',
  parse: (texts, source) =>
    texts.map((text) => {
      const [name = '', ...rest] = text.split('=');
      const format = billFormatNames.find((known) => known === name);
      const path = rest.join('=');
      if (/\.parquet$/i.test(path)) {
        throw new UsageError(
          `${source}: ${path} cannot be written: bills are written as CSV, not as Parquet`,
          'name it .csv or .csv.gz',
        );
      }
      if (format !== undefined && path !== '') return { format, path };
      throw new UsageError(
        `${source}: "${text}" is not a format and a file`,
        `such as cur2=bill.csv.gz; the formats are ${billFormatNames.join(', ')}`,
      );
    }),
};

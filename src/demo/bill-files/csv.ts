import type { BillRow } from './charge.ts';

/** Lines of a CSV file as RFC 4180 has them, header first. @param newline `\r\n` on Windows */
export function* csvLines(rows: Iterable<BillRow>, newline = '\n'): Generator<string> {
  let columns: string[] | null = null;
  for (const row of rows) {
    if (columns === null) {
      columns = Object.keys(row);
      yield columns.map(field).join(',') + newline;
    }
    yield columns.map((column) => field(row[column])).join(',') + newline;
  }
}

function field(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

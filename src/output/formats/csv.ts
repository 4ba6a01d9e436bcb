import type { Format } from '../render.ts';
import type { Result } from '../result.ts';
import { visible } from '../sanitize.ts';
import { eventSheet } from '../sheets/events.ts';
import type { Cell, Sheet } from '../sheets/sheet.ts';
import { type SheetKind, sheetsOf } from '../sheets/sheets.ts';
import { inPieces } from './pieces.ts';

/**
 * Comma-separated values (RFC 4180, lines end in LF). A text that a spreadsheet would run as a
 * formula gets an apostrophe in front; numbers are left alone, also negative ones.
 */
export const csv: Format = {
  events: first,
  async *following({ batches }) {
    yield* lines(eventSheet([]));
    for await (const events of batches) {
      yield* inPieces(rowLines(eventSheet(events)));
    }
  },
  groups: first,
  rates: first,
  kinds: first,
  audits: first,
  differences: first,
  compare: first,
  coverage: first,
  types: first,
};

function first(result: Extract<Result, { kind: SheetKind }>): Iterable<string> {
  const [sheet] = sheetsOf(result);
  return sheet ? inPieces(lines(sheet)) : [];
}

function* lines(sheet: Sheet): Generator<string> {
  yield `${sheet.columns.join(',')}\n`;
  yield* rowLines(sheet);
}

function* rowLines({ rows }: Sheet): Generator<string> {
  for (const row of rows) yield `${row.map(field).join(',')}\n`;
}

/** What spreadsheets take for the beginning of a formula, also after white space. */
const formula = /^[\s\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n|%]/;

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const clean = visible(cell);
  const guarded = formula.test(clean) ? `'${clean}` : clean;
  return /[",\r\n;\t]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

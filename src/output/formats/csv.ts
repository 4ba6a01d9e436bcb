import type { Cell, Dataset } from '../datasets/dataset.ts';
import { type DatasetKind, datasetsOf } from '../datasets/datasets.ts';
import { eventDataset } from '../datasets/events.ts';
import type { Format } from '../renderer.ts';
import type { Result } from '../result.ts';
import { visible } from '../sanitize.ts';
import { inChunks } from './chunks.ts';

/**
 * Comma-separated values (RFC 4180, lines end in LF). A text that a spreadsheet would read as
 * a formula gets an apostrophe in front; numbers do not, negative ones included.
 */
export const csv: Format = {
  events: first,
  async *following({ batches }) {
    yield* lines(eventDataset([]));
    for await (const events of batches) {
      yield* inChunks(rowLines(eventDataset(events)));
    }
  },
  groups: first,
  rates: first,
  kinds: first,
  audits: first,
  differences: first,
  compare: first,
  coverage: first,
  reconciliation: first,
  servers: first,
  fleet: first,
  repair: first,
  trend: first,
  types: first,
};

function first(result: Extract<Result, { kind: DatasetKind }>): Iterable<string> {
  const [dataset] = datasetsOf(result);
  return dataset ? inChunks(lines(dataset)) : [];
}

function* lines(dataset: Dataset): Generator<string> {
  yield `${dataset.columns.join(',')}\n`;
  yield* rowLines(dataset);
}

function* rowLines({ rows }: Dataset): Generator<string> {
  for (const row of rows) yield `${row.map(field).join(',')}\n`;
}

/** Beginnings that spreadsheets read as a formula, also after white space. */
const formula = /^[\s\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n|%]/;

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const clean = visible(cell);
  const guarded = formula.test(clean) ? `'${clean}` : clean;
  return /[",\r\n;\t]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

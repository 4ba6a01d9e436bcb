import type { Cell, Dataset } from '../datasets/dataset.ts';
import { type DatasetKind, datasetsOf } from '../datasets/datasets.ts';
import type { Format } from '../renderer.ts';
import type { Result } from '../result.ts';
import { sanitize } from '../sanitize.ts';
import { inChunks } from './chunks.ts';

/** Tables as GitHub and GitLab show them, for issues, pull requests and job summaries. */
export const markdown: Format = {
  events: document,
  groups: document,
  rates: document,
  kinds: document,
  audits: document,
  differences: document,
  compare: document,
  coverage: document,
  types: document,
};

function document(result: Extract<Result, { kind: DatasetKind }>): Iterable<string> {
  return inChunks(lines(datasetsOf(result)));
}

function* lines(datasets: readonly Dataset[]): Generator<string> {
  let between = '';
  for (const { title, columns, numeric = [], rows } of datasets) {
    const rules = columns.map((column) => (numeric.includes(column) ? '---:' : '---'));
    yield `${between}### ${markdownText(title)}\n\n`;
    yield line(columns.map(markdownText));
    yield line(rules);
    for (const row of rows) yield line(row.map(cellText));
    between = '\n';
  }
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** Digits of a number; JSON and CSV hold the exact one. */
const significantDigits = 9;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(Number(cell.toPrecision(significantDigits)));
  return markdownText(cell);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text on one line with its markup escaped: no link, no HTML, no end of a cell. */
export function markdownText(text: string): string {
  return sanitize(text)
    .replace(/[&<>]/g, (mark) => entities[mark] ?? mark)
    .replace(/[\\`*_{}[\]|~$]/g, '\\$&')
    .replace(/:\/\//g, '\\://')
    .replace(/\b(www)\./gi, '$1\\.');
}

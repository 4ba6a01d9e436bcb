import type { Cell, Dataset } from '../datasets/dataset.ts';
import { type DatasetKind, datasetsOf } from '../datasets/datasets.ts';
import { trendSummaries } from '../datasets/trend.ts';
import { serversVerdict } from '../findings/servers-verdict.ts';
import type { Format } from '../renderer.ts';
import type { Result, ServersResult } from '../result.ts';
import { inChunks } from './chunks.ts';
import { findingSections } from './markdown-findings.ts';
import { markdownText } from './markdown-text.ts';

/** Tables as GitHub and GitLab show them, for issues, pull requests and job summaries. */
export const markdown: Format = {
  events: document,
  groups: document,
  rates: document,
  kinds: document,
  audits: auditDocument,
  differences: auditDocument,
  compare: document,
  coverage: document,
  reconciliation: document,
  servers: serversDocument,
  fleet: document,
  repair: document,
  trend: (result) => inChunks(lines(trendSummaries(result))),
  types: document,
};

function document(result: Extract<Result, { kind: DatasetKind }>): Iterable<string> {
  return inChunks(lines(datasetsOf(result)));
}

/** Verdict and findings, then the tables. */
function* auditDocument(
  result: Extract<Result, { kind: 'audits' | 'differences' }>,
): Iterable<string> {
  yield* findingSections(result.report);
  yield* document(result);
}

/** The verdict of all, the findings of one server after the other, then the tables. */
function* serversDocument(result: ServersResult): Iterable<string> {
  const { word, text } = serversVerdict(result.report);
  yield `**${word}**: ${markdownText(text)}\n\n`;
  for (const { server, error, report } of result.report.servers) {
    yield `## ${markdownText(server)}\n\n`;
    if (error !== null) yield `**not audited**: ${markdownText(error)}\n\n`;
    if (report) yield* findingSections(report);
  }
  yield* document(result);
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

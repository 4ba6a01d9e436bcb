import type { Audit } from '../../audits/schema.ts';
import { type AuditType, auditTypeNames, auditTypes } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import { byWindow } from '../by-window.ts';
import { plural, timeText, windowText } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import type { AuditsResult } from '../result.ts';
import { sanitize } from '../sanitize.ts';
import { statusWords } from '../status-text.ts';
import { type Column, table } from '../table.ts';
import { createTheme, type Theme } from '../theme.ts';
import { differenceTable } from './differences.ts';

/** Windows down, audits across, a word in each cell; under it what the words alone do not say. */
export function* auditGrid(
  { report, entries }: AuditsResult<'audits'>,
  context: RenderContext,
): Iterable<string> {
  const theme = createTheme(context.colorLevel);
  if (report.message !== undefined) yield `${sanitize(report.message)}\n`;
  if (report.audits.length === 0) return;
  const types = auditTypeNames.filter((type) => report.audits.some((audit) => audit.type === type));
  const grid = table(
    [
      { head: 'WINDOW (UTC)' },
      ...types.map((type): Column => ({ head: auditTypes[type].head.join('\n') })),
    ],
    byWindow(report.audits).map((audits) => row(audits, types, theme)),
    { columns: undefined, ellipsis: '', heading: theme.heading },
  );
  const tooWide = context.columns !== undefined && sum(grid.widths) > context.columns;
  if (tooWide) yield* auditRows(report, context, context.columns, [0, 1, 2]);
  else yield `${grid.lines.join('\n')}\n`;
  yield* remarks(report.audits);
  yield `\n${summaryText(report)}\n`;
  if (entries.length > 0) {
    yield '\n';
    yield* differenceTable(entries, context, false);
  }
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width + 2, -2);
}

function row(audits: readonly Audit[], types: readonly AuditType[], theme: Theme): string[] {
  const [first] = audits;
  const statuses = types.map((type) => {
    const audit = audits.find((candidate) => candidate.type === type);
    return audit ? theme.status(audit.status) : '';
  });
  return [first ? windowText(first.window) : '', ...statuses];
}

const rowColumns: readonly Column[] = [
  { head: 'WINDOW (UTC)' },
  { head: 'AUDIT', cuttable: true },
  { head: 'STATUS' },
  { head: 'LAST RUN (UTC)' },
  { head: 'DIFFERENCES', align: 'right' },
  { head: 'MISSING', align: 'right' },
  { head: 'DESCRIPTION' },
];

/**
 * A row for each window and audit.
 *
 * @param width what has to fit; undefined: nothing is cut
 * @param only the columns to show
 */
export function* auditRows(
  report: AuditReport,
  { colorLevel, unicode }: RenderContext,
  width?: number,
  only: readonly number[] = rowColumns.map((_, i) => i),
): Iterable<string> {
  const theme = createTheme(colorLevel);
  const rows = report.audits.map((audit) => [
    windowText(audit.window),
    audit.type,
    theme.status(audit.status),
    audit.lastRun === null ? '-' : timeText(audit.lastRun, false),
    String(audit.differences.length),
    String(audit.missing.length),
    sanitize(audit.description),
  ]);
  if (rows.length === 0) return;
  const pick = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => only.includes(i));
  const { lines } = table(pick(rowColumns), rows.map(pick), {
    columns: width,
    ellipsis: unicode ? '…' : '...',
    heading: theme.heading,
  });
  yield `${lines.join('\n')}\n`;
}

/** Why an audit was skipped, and whatever else a server said. */
function* remarks(audits: readonly Audit[]): Iterable<string> {
  const described = audits.filter(({ description }) => description !== '');
  if (described.length > 0) yield '\n';
  for (const { window, type, status, description } of described) {
    yield `${windowText(window)} ${type} ${statusWords[status]}: ${sanitize(description)}\n`;
  }
}

function summaryText({ summary, gate }: AuditReport): string {
  const { passed, warning, failed, skipped, notRun } = summary;
  const total = passed + warning + failed + skipped + notRun;
  const parts = [
    [failed, 'failed'],
    [warning, 'with missing values'],
    [skipped, 'skipped'],
    [notRun, 'not run'],
    [passed, 'passed'],
  ] as const;
  const counts = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const verdict = gate ? `; gate ${gate.passed ? 'passed' : 'FAILED'}` : '';
  return `${plural(total, 'audit')}: ${counts.join(', ')}${verdict}`;
}

import type { Audit } from '../../audits/schema.ts';
import type { DifferenceEntry } from '../../audits/selection.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import { isUnexplained } from '../findings/marks.ts';
import { notesOf } from '../findings/notes.ts';
import { serverText } from '../findings/server.ts';
import { verdictOf } from '../findings/verdict.ts';
import { plural, windowText, wrapped } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import type { AuditsResult } from '../result.ts';
import { sanitize } from '../sanitize.ts';
import { type Column, table } from '../table.ts';
import { layout, zonedTime, zoneName } from '../table-view.ts';
import { createTheme, type Theme } from '../theme.ts';
import { calendarLines } from './calendar.ts';
import { differenceTable } from './differences.ts';

/** Width of the text where there is no terminal. */
const defaultWidth = 120;

/** Differences without a finding that the table shows. */
const maxDifferences = 10;

/** Verdict, findings, calendar, differences without a finding, notes; `wide` adds every audit. */
export async function* auditTable(
  { report, entries }: AuditsResult<'audits'>,
  context: RenderContext,
  wide: boolean,
): AsyncIterable<string> {
  if (report.audits.length === 0 && report.findings.length === 0) {
    if (report.message !== undefined) yield block([sanitize(report.message)]);
    return;
  }
  const theme = createTheme(context.colorLevel);
  const width = context.columns ?? defaultWidth;
  yield* headBlocks(report, context, wide);
  yield block(['', ...calendarLines(report, width, !wide, theme)]);
  yield* wide
    ? differences(entries, entries.length, context, true)
    : differences(unexplained(report, entries), maxDifferences, context, false);
  if (wide && report.audits.length > 0) yield* ['\n', ...auditRows(report, context, theme)];
  yield* noteBlocks(report, width, theme);
}

/** Verdict, findings and every difference. */
export async function* differencesTable(
  { report, entries }: AuditsResult<'differences'>,
  context: RenderContext,
  wide: boolean,
): AsyncIterable<string> {
  if (report.audits.length === 0 && report.findings.length === 0) return;
  yield* headBlocks(report, context, wide);
  yield* differences(entries, entries.length, context, wide);
  yield* noteBlocks(report, context.columns ?? defaultWidth, createTheme(context.colorLevel));
}

/** The verdict with the findings; what describes findings is loaded where there are some. */
async function* headBlocks(
  report: AuditReport,
  context: RenderContext,
  wide: boolean,
): AsyncIterable<string> {
  const theme = createTheme(context.colorLevel);
  const width = context.columns ?? defaultWidth;
  const { word, text } = verdictOf(report);
  const [first = '', ...rest] = wrapped(sanitize(`${word}: ${text}`), width, '  ');
  yield block([
    theme.verdict(word, first.slice(0, word.length)) + first.slice(word.length),
    ...rest,
    ...wrapped(sanitize(serverText(report, wide)), width, '  ').map(theme.faint),
    ...(report.message === undefined ? [] : wrapped(sanitize(report.message), width, '  ')),
    ...(report.findings.length > 0
      ? (await import('./findings.ts')).findingLines(report.findings, { width, full: wide, theme })
      : []),
  ]);
}

function* differences(
  entries: readonly DifferenceEntry[],
  limit: number,
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  if (entries.length === 0) return;
  yield '\n';
  yield* differenceTable(entries.slice(0, limit), context, wide);
  const rest = entries.length - limit;
  if (rest > 0) yield block([`and ${plural(rest, 'more difference')} (kc-etl audit diff)`]);
}

/** Differences and missing values of audits that no finding explains. */
function unexplained(report: AuditReport, entries: readonly DifferenceEntry[]): DifferenceEntry[] {
  const audits = report.audits.filter(isUnexplained(report));
  const places = new Set(audits.map(placeOf));
  return entries.filter((entry) => places.has(placeOf(entry)));
}

function placeOf({ window, type }: Pick<Audit, 'window' | 'type'>): string {
  return `${type} ${window.start} ${window.end}`;
}

function* noteBlocks(report: AuditReport, width: number, theme: Theme): Iterable<string> {
  const notes = notesOf(report);
  if (notes.length > 0) yield '\n';
  for (const { title, texts } of notes) {
    const isList = texts.length > 1;
    const [first = '', ...rest] = isList
      ? [title, ...texts.flatMap((text) => hanging(sanitize(text), width))]
      : wrapped(sanitize(`${title}: ${texts.join('')}`), width, '  ');
    yield block([theme.faint(first.slice(0, title.length)) + first.slice(title.length), ...rest]);
  }
}

/** A text indented by two, its further lines by four. */
function hanging(text: string, width: number): string[] {
  return wrapped(text, width - 2, '  ').map((line) => `  ${line}`);
}

function block(lines: readonly string[]): string {
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}

const rowColumns = (context: RenderContext): readonly Column[] => [
  { head: 'WINDOW (UTC)' },
  { head: 'AUDIT' },
  { head: 'STATUS' },
  { head: `LAST RUN (${zoneName(context)})` },
  { head: 'RESOLUTION', align: 'right' },
  { head: 'DIFFERENCES', align: 'right' },
  { head: 'MISSING', align: 'right' },
  { head: 'DESCRIPTION' },
];

/** A row for each window and audit, never cut. */
function auditRows(report: AuditReport, context: RenderContext, theme: Theme): string[] {
  const rows = report.audits.map((audit) => [
    windowText(audit.window),
    audit.type,
    theme.status(audit.status),
    audit.lastRun === null ? '-' : zonedTime(audit.lastRun, false, context),
    audit.resolution === null ? '-' : audit.resolution.toPrecision(2),
    String(audit.differences.length),
    String(audit.missing.length),
    sanitize(audit.description),
  ]);
  const { lines } = table(rowColumns(context), rows, layout(context, theme, undefined));
  return [`${lines.join('\n')}\n`];
}

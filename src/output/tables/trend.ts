import { trendDataset } from '../datasets/trend.ts';
import { findingMark } from '../findings/marks.ts';
import { plural, wrapped } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import type { TrendResult } from '../result.ts';
import { sanitize } from '../sanitize.ts';
import { createTheme, type Theme } from '../theme.ts';
import {
  type AmountCell,
  amountCells,
  type StatusCell,
  startText,
  statusCells,
  type TrendDays,
  trendDays,
} from '../trend/cells.ts';
import {
  largestOf,
  markOfAmount,
  markOfStatus,
  sparkline,
  type TrendMark,
  trendMarks,
} from '../trend/marks.ts';
import { amountsText, spanText, storedText } from '../trend/texts.ts';
import { datasetTable } from './dataset.ts';

/** Width of the text where there is no terminal. */
const defaultWidth = 120;
const indent = '   ';
/** Columns of an audit's name; the longest has 29 characters. */
const labelWidth = 30;
/** Findings that a table shows; `wide` and the other formats show all. */
const maxFindings = 20;

/** A line of amounts for each finding and a line of statuses for each audit, a character a day. */
export function* trendTable(
  result: TrendResult,
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  const theme = createTheme(context.colorLevel);
  const width = context.columns ?? defaultWidth;
  const days = trendDays(result);
  yield block(wrapped(headText(result), width));
  yield* findingBlocks(result, { days, width, theme, unicode: context.unicode, wide });
  yield block(auditLines(result, days, width, theme));
  yield block(legend(result, days, width, theme));
  if (wide) yield* ['\n', ...datasetTable(trendDataset(result), context)];
}

function block(lines: readonly string[]): string {
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}

function headText(result: TrendResult): string {
  const { report } = result.trend;
  const failing = report.audits.filter(({ days }) =>
    days.some(({ status }) => status === 'Failed' || status === 'Warning'),
  ).length;
  return [
    storedText(result),
    report.findings.length === 0 ? 'no findings' : plural(report.findings.length, 'finding'),
    `${failing} of ${plural(report.audits.length, 'audit')} failed or warned`,
  ].join('; ');
}

interface Look {
  readonly days: TrendDays;
  readonly width: number;
  readonly theme: Theme;
  readonly unicode: boolean;
  readonly wide: boolean;
}

function* findingBlocks({ trend }: TrendResult, look: Look): Iterable<string> {
  const { days, width, theme, unicode, wide } = look;
  const shown = wide ? trend.report.findings : trend.report.findings.slice(0, maxFindings);
  for (const [i, entry] of shown.entries()) {
    const finding = trend.findings[i];
    if (!finding) continue;
    const isBad = finding.severity === 'critical' || finding.severity === 'error';
    const paint = isBad ? theme.bad : theme.doubtful;
    const cells = amountCells(entry, days);
    const text = `${spanText(finding)}; ${amountsText(entry, days.step)}`;
    yield block([
      '',
      `${findingMark(i)}  ${theme.heading(sanitize(entry.id))}`,
      ...(wide ? wrapped(sanitize(finding.title), width - 3).map((line) => indent + line) : []),
      ...wrapped(text, width - indent.length).map((line) => indent + line),
      ...sparkLines(cells, { days, width, unicode, paint }),
    ]);
  }
  const rest = trend.report.findings.length - shown.length;
  if (rest > 0) yield block(['', `and ${plural(rest, 'more finding')} (-o wide)`]);
}

interface SparkLook extends Pick<Look, 'days' | 'width' | 'unicode'> {
  readonly paint: (text: string) => string;
}

/** Lines of as many days as fit, each behind the date of its first day. */
function sparkLines(
  cells: readonly AmountCell[],
  { days, width, unicode, paint }: SparkLook,
): string[] {
  const { starts, step } = days;
  const head = startText(starts[0] ?? 0, step).length;
  const perLine = daysPerLine(width - indent.length - head - 2);
  const largest = largestOf(cells);
  return chunks(cells, perLine).map((part, i) => {
    const date = startText(starts[i * perLine] ?? 0, step);
    return `${indent}${date}  ${paint(sparkline(part, largest, unicode))}`;
  });
}

/** Whole tens of days, so that lines of several findings can be compared. */
function daysPerLine(width: number): number {
  return Math.max(10, Math.floor(width / 10) * 10);
}

function chunks<One>(all: readonly One[], size: number): One[][] {
  const parts: One[][] = [];
  for (let from = 0; from < all.length; from += size) parts.push(all.slice(from, from + size));
  return parts;
}

interface AuditRow {
  readonly label: string;
  readonly cells: readonly StatusCell[];
}

/** Audits that failed or warned, then the others; those with equal statuses share a row. */
function auditRows({ trend }: TrendResult, days: TrendDays): AuditRow[] {
  const rows = trend.report.audits.map((audit) => ({
    label: audit.type as string,
    cells: statusCells(audit, days),
  }));
  const isFailing = ({ cells }: AuditRow) =>
    cells.some((cell) => cell === 'Failed' || cell === 'Warning');
  const failing = rows.filter(isFailing);
  const groups = new Map<string, AuditRow[]>();
  for (const row of rows.filter((one) => !isFailing(one))) {
    const key = marksOf(row.cells);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const others = [...groups.values()].map((group): AuditRow => {
    const noun = failing.length > 0 ? 'other audit' : 'audit';
    const [first = { label: '', cells: [] }] = group;
    return group.length === 1 ? first : { ...first, label: plural(group.length, noun) };
  });
  return [...failing, ...others];
}

function marksOf(cells: readonly StatusCell[]): string {
  return cells.map((cell) => trendMarks[markOfStatus(cell)].mark).join('');
}

function auditLines(result: TrendResult, days: TrendDays, width: number, theme: Theme): string[] {
  const rows = auditRows(result, days);
  const perLine = daysPerLine(width - labelWidth);
  const { starts, step } = days;
  return chunks(starts, perLine).flatMap((part, i) => [
    '',
    theme.heading(`${'AUDITS'.padEnd(labelWidth)}${startText(part[0] ?? 0, step)}`),
    ...rows.map(({ label, cells }) => {
      const own = cells.slice(i * perLine, (i + 1) * perLine);
      const isBad = own.includes('Failed');
      const marks = marksOf(own);
      return `${label.padEnd(labelWidth)}${isBad ? theme.bad(marks) : marks}`;
    }),
  ]);
}

/** Meanings of the marks that are used. */
function legend(result: TrendResult, days: TrendDays, width: number, theme: Theme): string[] {
  const { findings, audits } = result.trend.report;
  const amounts = findings.flatMap((one) => amountCells(one, days).map(markOfAmount));
  const used = new Set<TrendMark | null>([
    ...amounts,
    ...audits.flatMap((one) => statusCells(one, days).map(markOfStatus)),
  ]);
  const entries = (Object.keys(trendMarks) as TrendMark[]) // keys() forgets the names
    .filter((mark) => used.has(mark))
    .map((mark) => `${trendMarks[mark].mark} ${trendMarks[mark].meaning}`);
  if (amounts.includes(null)) entries.push('heights: share of the largest amount of the finding');
  if (entries.length === 0) return [];
  return ['', ...wrapped(entries.join(', '), width).map(theme.faint)];
}

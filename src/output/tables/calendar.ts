import type { AuditReport } from '../../diagnosis/report.ts';
import { day } from '../../time.ts';
import {
  type Calendar,
  type CalendarCell,
  calendarOf,
  cellText,
  marksIn,
} from '../findings/calendar.ts';
import { auditMarks } from '../findings/marks.ts';
import { windowText, wrapped } from '../format.ts';
import type { Theme } from '../theme.ts';

/** Columns of the names; the longest audit type has 29 characters. */
const labelWidth = 30;

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The calendar as lines; long ranges continue in further blocks. */
export function calendarLines(
  report: AuditReport,
  width: number,
  fold: boolean,
  theme: Theme,
): string[] {
  const calendar = calendarOf(report, fold);
  if (calendar.windows.length === 0) return [];
  const years = new Set(calendar.windows.map(({ start }) => start.slice(0, 4)));
  const heads = calendar.windows.map((window) => headOf(window, years.size > 1));
  const cellWidth = Math.max(
    ...heads.map(({ text }) => text.length),
    ...groupWidths(heads),
    ...calendar.rows.flatMap(({ cells }) => cells.map((cell) => cellText(cell).length)),
  );
  const perBlock = Math.max(1, Math.floor((width - labelWidth) / (cellWidth + 1)));
  const blocks: string[][] = [];
  for (let from = 0; from < heads.length; from += perBlock) {
    blocks.push(blockLines({ calendar, heads, cellWidth, from, to: from + perBlock }, theme));
  }
  return [
    ...blocks.flatMap((block, i) => (i === 0 ? block : ['', ...block])),
    ...legend(calendar, width, theme),
  ];
}

interface Head {
  /** Month and year, or the day of an hour. */
  readonly group: string;
  readonly text: string;
}

/**
 * Head of a column: the day of the month, or the hour of an hourly window. A day of a server with a
 * `utcOffset` starts on the evening before it in UTC, so its middle counts.
 */
function headOf(window: { start: string; end: string }, withYear: boolean): Head {
  const length = Date.parse(window.end) - Date.parse(window.start);
  const start = new Date(Date.parse(window.start) + (length === day ? length / 2 : 0));
  if (Number.isNaN(start.getTime())) return { group: '', text: windowText(window) };
  const name = months[start.getUTCMonth()] ?? '';
  const month = withYear ? `${name} ${start.getUTCFullYear()}` : name;
  const dayOfMonth = String(start.getUTCDate()).padStart(2, '0');
  if (length >= day) return { group: month, text: dayOfMonth };
  return { group: `${month} ${dayOfMonth}`, text: start.toISOString().slice(11, 13) };
}

/** Cell widths that keep the months of neighbouring columns apart. */
function groupWidths(heads: readonly Head[]): number[] {
  const widths: number[] = [];
  let columns = 0;
  for (const [i, { group }] of heads.entries()) {
    columns++;
    const next = heads[i + 1];
    if (next === undefined || next.group === group) continue;
    widths.push(Math.ceil((group.length + 1) / columns) - 1);
    columns = 0;
  }
  return widths;
}

interface Block {
  readonly calendar: Calendar;
  readonly heads: readonly Head[];
  readonly cellWidth: number;
  readonly from: number;
  readonly to: number;
}

function blockLines({ calendar, heads, cellWidth, from, to }: Block, theme: Theme): string[] {
  const shown = heads.slice(from, to);
  const groups = [...new Set(shown.map(({ group }) => group))];
  const days = shown.map(({ text }) => text.padStart(cellWidth)).join(' ');
  const [only = ''] = groups;
  const headLines =
    groups.length === 1
      ? [`${only.padStart(labelWidth)} ${days}`]
      : [groupLine(shown, cellWidth), `${' '.repeat(labelWidth)} ${days}`];
  return [
    ...headLines.map((line) => theme.heading(line.trimEnd())),
    ...calendar.rows.map(({ label, cells }) => {
      const marks = cells.slice(from, to).map((cell) => coloredCell(cell, cellWidth, theme));
      return `${label.padEnd(labelWidth)} ${marks.join(' ')}`.trimEnd();
    }),
  ];
}

/** Months above the first of their columns. */
function groupLine(heads: readonly Head[], cellWidth: number): string {
  let line = ' '.repeat(labelWidth + 1);
  heads.forEach(({ group }, i) => {
    if (group === heads[i - 1]?.group) return;
    const at = labelWidth + 1 + i * (cellWidth + 1);
    if (line.trimEnd().length < at) line = line.trimEnd().padEnd(at) + group;
  });
  return line;
}

function coloredCell(cell: CalendarCell, width: number, theme: Theme): string {
  const text = cellText(cell).padStart(width);
  if (cell === null || cell.mark === 'passed') return text;
  if (cell.findings.length > 0 || cell.mark === 'failed') return theme.bad(text);
  return cell.mark === 'warning' ? theme.doubtful(text) : theme.faint(text);
}

/** Meanings of the marks that no note has. */
function legend(calendar: Calendar, width: number, theme: Theme): string[] {
  const kinds = marksIn(calendar).filter((kind) => kind === 'failed' || kind === 'warning');
  const entries = kinds.map((kind) => `${auditMarks[kind].mark} ${auditMarks[kind].meaning}`);
  if (entries.length === 0) return [];
  return ['', ...wrapped(entries.join(', '), width).map(theme.faint)];
}

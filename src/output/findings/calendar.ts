import type { Audit } from '../../audits/schema.ts';
import { type AuditType, auditTypeNames } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import { byWindow } from '../by-window.ts';
import { plural } from '../format.ts';
import {
  type AuditMark,
  auditMark,
  auditMarks,
  findingMark,
  findingsAt,
  indexFindings,
} from './marks.ts';

/** A cell of the calendar: the findings of an audit, or the kind of its mark; null where it was not run. */
export type CalendarCell = {
  readonly findings: readonly number[];
  readonly mark: AuditMark;
} | null;

/** A row of the calendar: one audit type, or several with equal cells. */
export interface CalendarRow {
  readonly types: readonly AuditType[];
  readonly label: string;
  readonly cells: readonly CalendarCell[];
}

export interface Calendar {
  readonly windows: readonly Audit['window'][];
  readonly rows: readonly CalendarRow[];
}

/**
 * The audits of a report by type and window.
 *
 * @param fold joins types that neither failed nor warned and have equal cells
 */
export function calendarOf({ audits, findings }: AuditReport, fold: boolean): Calendar {
  const groups = byWindow(audits);
  const index = indexFindings(findings);
  const types = auditTypeNames.filter((type) => audits.some((audit) => audit.type === type));
  const rows = types.map((type): CalendarRow => {
    const cells = groups.map((group) => {
      const audit = group.find((one) => one.type === type);
      return audit ? { findings: findingsAt(index, audit), mark: auditMark(audit) } : null;
    });
    return { types: [type], label: type, cells };
  });
  return {
    windows: groups.flatMap(([first]) => (first ? [first.window] : [])),
    rows: fold ? folded(rows) : rows,
  };
}

/** Rows that failed or warned in their order, then the others with equal rows joined. */
function folded(rows: readonly CalendarRow[]): CalendarRow[] {
  const failing = rows.filter(({ cells }) => cells.some(isFailing));
  const groups = new Map<string, CalendarRow[]>();
  for (const row of rows) {
    if (failing.includes(row)) continue;
    const key = row.cells.map(cellText).join(' ');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const joined = [...groups.values()]
    .map((group) => ({ types: group.flatMap((row) => row.types), cells: group[0]?.cells ?? [] }))
    .sort((a, b) => a.types.length - b.types.length)
    .map(({ types, cells }, i): CalendarRow => {
      const noun = failing.length + i > 0 ? 'other audit' : 'audit';
      const label = types.length === 1 ? (types[0] ?? '') : plural(types.length, noun);
      return { types, label, cells };
    });
  return [...failing, ...joined];
}

function isFailing(cell: CalendarCell): boolean {
  return cell !== null && (cell.mark === 'failed' || cell.mark === 'warning');
}

/** Findings that a text cell names; further ones are shown as `+`. */
const maxFindings = 2;

/** Text of a cell: `.`, `1`, `1,2`, `1,2+`. */
export function cellText(cell: CalendarCell): string {
  if (cell === null) return '';
  const { findings, mark } = cell;
  if (findings.length === 0) return auditMarks[mark].mark;
  const shown = findings.slice(0, maxFindings).map(findingMark).join(',');
  return findings.length > maxFindings ? `${shown}+` : shown;
}

/** Kinds of marks that occur without a finding, `passed` excepted. */
export function marksIn({ rows }: Calendar): AuditMark[] {
  const used = new Set(
    rows.flatMap(({ cells }) =>
      cells.flatMap((cell) => (cell === null || cell.findings.length > 0 ? [] : [cell.mark])),
    ),
  );
  return (Object.keys(auditMarks) as AuditMark[]) // keys() forgets the names
    .filter((mark) => mark !== 'passed' && used.has(mark));
}

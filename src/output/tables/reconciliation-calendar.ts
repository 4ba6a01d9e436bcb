import type { ReconciliationReport } from '../../reconciliation/schema.ts';
import type { ReconciliationState } from '../../reconciliation/states.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { cutMiddle } from '../table.ts';
import { textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import { markOf } from './reconciliation-marks.ts';

const ruler = '1   5    10   15   20   25   30';
const days = 31;

type Cell = ReconciliationState | 'unavailable';

/** A row per cluster and provider, a column per day of the month, a block per month (UTC). */
export function reconciliationCalendar(
  report: ReconciliationReport,
  { columns = 80, unicode }: Pick<RenderContext, 'columns' | 'unicode'>,
  theme: Theme,
): string[] {
  const months = monthsOf(report);
  const labels = [...months.values()].flatMap((rows) => [...rows.keys()]);
  const width = Math.min(
    Math.max(7, ...labels.map((label) => textWidth(label))),
    Math.max(16, columns - days - 2),
  );
  const ellipsis = unicode ? '…' : '...';
  return [...months].flatMap(([month, rows], i) => [
    ...(i === 0 ? [] : ['']),
    `${theme.heading(month.padEnd(width))}  ${theme.faint(ruler)}`,
    ...[...rows].map(([label, cells]) => {
      const name = cutMiddle(label, width, ellipsis);
      const marks = Array.from({ length: days }, (_, at) => {
        const cell = cells.get(at + 1);
        return cell === undefined ? ' ' : markOf(cell, unicode, theme);
      });
      return `${name}${' '.repeat(width - textWidth(name))}  ${marks.join('')}`.trimEnd();
    }),
  ]);
}

type Months = Map<string, Map<string, Map<number, Cell>>>;

/** Cells by month, label and day of the month. */
function monthsOf({ days: known, unavailable }: ReconciliationReport): Months {
  const names = new Set(known.map(labelOf));
  const months: Months = new Map();
  const put = (start: string, label: string, cell: Cell) => {
    const month = start.slice(0, 7);
    const rows = months.get(month) ?? new Map<string, Map<number, Cell>>();
    months.set(month, rows);
    const cells = rows.get(label) ?? new Map<number, Cell>();
    rows.set(label, cells);
    cells.set(Number(start.slice(8, 10)), cell);
  };
  const all = [
    ...known.map((one) => ({ one, cell: one.state as Cell })),
    ...unavailable.map((one) => ({ one, cell: 'unavailable' as const })),
  ].sort((a, b) => (a.one.window.start < b.one.window.start ? -1 : 1));
  for (const { one, cell } of all) {
    const { cluster, provider, window } = one;
    if (cluster !== null) put(window.start, labelOf({ cluster, provider: provider ?? '' }), cell);
    // the whole day: every cluster, or a row of its own where none is known
    else
      for (const label of names.size > 0 ? names : ['all clusters']) put(window.start, label, cell);
  }
  return months;
}

function labelOf({
  cluster,
  provider,
}: {
  readonly cluster: string;
  readonly provider: string;
}): string {
  return sanitize(provider === '' ? cluster : `${cluster} (${provider})`);
}

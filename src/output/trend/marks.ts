import type { AmountCell, StatusCell } from './cells.ts';

/** Heights of an amount, smallest first; without Unicode digits. */
const heights = { unicode: '▁▂▃▄▅▆▇█', ascii: '12345678' } as const;

/** Marks with their meanings; those of an audit are the ones of the calendar. */
export const trendMarks = {
  none: { mark: '.', meaning: 'not found, or passed' },
  unknown: { mark: '?', meaning: 'amount not known' },
  'not evaluated': { mark: '-', meaning: 'not evaluated' },
  'not stored': { mark: '/', meaning: 'not stored' },
  Failed: { mark: '!', meaning: 'failed' },
  Warning: { mark: 'w', meaning: 'warning' },
} as const;

export type TrendMark = keyof typeof trendMarks;

export function markOfAmount(cell: AmountCell): TrendMark | null {
  if (cell.state !== 'amount') return cell.state;
  if (cell.amount === null) return 'unknown';
  return cell.amount === 0 ? 'none' : null;
}

export function markOfStatus(cell: StatusCell): TrendMark {
  if (cell === 'Passed') return 'none';
  return cell === 'Skipped' || cell === 'NotRun' ? 'not evaluated' : cell;
}

/** The largest amount of a row, whatever its sign. */
export function largestOf(cells: readonly AmountCell[]): number {
  return cells.reduce(
    (max, cell) => Math.max(max, cell.state === 'amount' ? Math.abs(cell.amount ?? 0) : 0),
    0,
  );
}

/** One character for each day: the share of the largest amount. */
export function sparkline(cells: readonly AmountCell[], largest: number, unicode: boolean): string {
  const levels = unicode ? heights.unicode : heights.ascii;
  return cells
    .map((cell) => {
      const mark = markOfAmount(cell);
      if (mark !== null) return trendMarks[mark].mark;
      const amount = cell.state === 'amount' ? Math.abs(cell.amount ?? 0) : 0;
      const level = Math.ceil((amount / largest) * levels.length);
      return levels[Math.min(levels.length, Math.max(1, level)) - 1] ?? '';
    })
    .join('');
}

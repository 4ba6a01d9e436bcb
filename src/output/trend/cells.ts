import type { Status } from '../../audits/types.ts';
import type { TrendFinding, TrendReport } from '../../diagnosis/trend.ts';
import { day } from '../../time.ts';
import type { TrendResult } from '../result.ts';

/** What is known of a finding on one day; null amounts were found, and nobody knows how much. */
export type AmountCell =
  | { readonly state: 'amount'; readonly amount: number | null }
  | { readonly state: 'not evaluated' }
  | { readonly state: 'not stored' };

/** The status of an audit on one day. */
export type StatusCell = Status | 'not stored';

/** Every day of a trend, the days that are not stored included. */
export interface TrendDays {
  readonly starts: readonly number[];
  /** Length of a window, in milliseconds. */
  readonly step: number;
  readonly isStored: (start: number) => boolean;
}

/** Days between stored ones that are shown as not stored; a longer gap is not filled. */
const maxDays = 5_000;

export function trendDays({
  trend: { windows },
  range,
}: Pick<TrendResult, 'trend' | 'range'>): TrendDays {
  const stored = new Set(windows.map(({ start }) => Date.parse(start)));
  const [first] = windows;
  if (!first) return { starts: [], step: day, isStored: () => false };
  const step = Date.parse(first.end) - Date.parse(first.start);
  const { start, end } = rangeOf([...stored], range, step);
  const count = Math.ceil((end - start) / step);
  const starts =
    count > maxDays ? [...stored] : Array.from({ length: count }, (_, i) => start + i * step);
  return { starts, step, isStored: (one) => stored.has(one) };
}

/** From the first to the last day that is stored or asked for. */
function rangeOf(stored: readonly number[], range: TrendResult['range'], step: number) {
  const own = {
    start: stored.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER),
    end: stored.reduce((a, b) => Math.max(a, b), 0) + step,
  };
  if (range === null) return own;
  return {
    start: Math.floor(Math.min(own.start, range.start) / step) * step,
    end: Math.ceil(Math.max(own.end, range.end) / step) * step,
  };
}

export function amountCells({ days }: TrendFinding, { starts, isStored }: TrendDays): AmountCell[] {
  const amounts = new Map(days.map(({ window, amount }) => [Date.parse(window.start), amount]));
  return starts.map((start) => {
    const amount = amounts.get(start);
    if (amount !== undefined) return { state: 'amount', amount };
    return { state: isStored(start) ? 'not evaluated' : 'not stored' };
  });
}

export function statusCells(
  { days }: TrendReport['audits'][number],
  { starts, isStored }: TrendDays,
): StatusCell[] {
  const statuses = new Map(days.map(({ window, status }) => [Date.parse(window.start), status]));
  return starts.map((start) => statuses.get(start) ?? (isStored(start) ? 'NotRun' : 'not stored'));
}

/** `2026-11-23`, or `2026-11-23 05:00` of an hour. */
export function startText(start: number, step: number): string {
  const text = new Date(start).toISOString();
  return step >= day ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

import { day as dayLength, formatTime, hour, type Span } from '../time.ts';
import type { BillDay } from './bill-day.ts';
import type { BillSums } from './bill-sums.ts';
import type { BilledAssets } from './billed-asset.ts';
import { markDayShifts } from './causes.ts';
import { type BillOptions, DayComparison } from './day-comparison.ts';

/** Compares the assets of each day with the bill's lines for them. */
export function reconcileBill(
  days: readonly { readonly day: Span; readonly assets: BilledAssets }[],
  sums: BillSums,
  options: BillOptions,
): BillDay[] {
  const results = days.map(({ day, assets }) => reconcileDay(day, assets, sums, options));
  markDayShifts(results);
  return results;
}

function reconcileDay(
  day: Span,
  assets: BilledAssets,
  sums: BillSums,
  options: BillOptions,
): BillDay {
  const isEstimate = options.isEstimate || !assets.isReconciled;
  const metric = options.metric ?? (isEstimate ? 'list' : 'amortizedNet');
  const comparison = new DayComparison({ ...options, day, metric, isEstimate }, sums);
  const reason = notCovered(day, sums) ?? comparison.addAll(assets);
  return reason === null ? comparison.result(assets.unjoinableTexts()) : comparison.skipped(reason);
}

/** A bill ends somewhere in its last hours: what comes later has not been delivered yet. */
function notCovered(day: Span, sums: BillSums): string | null {
  if (sums.usageLines === 0) return 'the bill has no usage line with a resource';
  if (sums.longLines > sums.usageLines / 2) {
    return 'most lines of the bill cover more than a day; export it with daily or hourly lines';
  }
  const range = `${formatTime(sums.first).slice(0, 10)} to ${formatTime(sums.last).slice(0, 10)}`;
  if (day.end <= sums.first || day.start > sums.last) return `the bill covers ${range} only`;
  if (sums.last + hour < day.end && day.end - (sums.last + hour) < dayLength) {
    // lines of a day carry its first hour in daily bills
    const isDaily = sums.last % dayLength === 0;
    if (!isDaily || sums.last < day.start) {
      return `the bill ends at ${formatTime(sums.last)}; lines of this day can still be missing`;
    }
  }
  if (sums.first > day.start && sums.first < day.end) {
    return `the bill starts at ${formatTime(sums.first)}, within this day`;
  }
  return null;
}

import { day, type Span } from '../time.ts';
import type { ReconciliationDay, UnavailableDay } from './schema.ts';

/** Starts of the days that are reconciled in every cluster and provider, oldest first. */
export function reconciledDays({
  days,
  unavailable,
}: {
  readonly days: readonly ReconciliationDay[];
  readonly unavailable: readonly UnavailableDay[];
}): number[] {
  const states = new Map<number, boolean>();
  for (const { window, state } of days) {
    const start = Date.parse(window.start);
    states.set(start, (states.get(start) ?? true) && state === 'reconciled');
  }
  for (const { window } of unavailable) states.set(Date.parse(window.start), false);
  return [...states]
    .filter(([, isReconciled]) => isReconciled)
    .map(([start]) => start)
    .sort((a, b) => a - b);
}

/** Start of the newest `count` consecutive days among sorted starts of days; null where there are none. */
export function newestRun(starts: readonly number[], count: number): number | null {
  let length = 0;
  for (let i = starts.length - 1; i >= 0; i--) {
    const start = starts[i] ?? 0;
    length = length > 0 && starts[i + 1] === start + day ? length + 1 : 1;
    if (length === count) return start;
  }
  return null;
}

/** Whether a window lies in UTC days only that are given by their starts. */
export function isInDays(window: Span, days: ReadonlySet<number>): boolean {
  for (let at = Math.floor(window.start / day) * day; at < window.end; at += day) {
    if (!days.has(at)) return false;
  }
  return window.end > window.start;
}

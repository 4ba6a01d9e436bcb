import { minute } from '../time.ts';

/** The first and the longest pause after a run that was not complete, in milliseconds. */
const firstRetryDelay = minute;
const maxRetryDelay = 15 * minute;

/**
 * How long to wait for the next run, in milliseconds. Runs start `interval` after each other, and
 * sooner after one that was not complete. A clock that is set back never makes the pause longer.
 *
 * @param failedInRow runs in a row that were not complete
 */
export function pauseBefore(
  { start, end }: { readonly start: number; readonly end: number },
  interval: number,
  failedInRow: number,
): number {
  if (failedInRow > 0) {
    const retry = Math.min(firstRetryDelay * 2 ** Math.min(failedInRow - 1, 10), maxRetryDelay);
    return Math.min(retry, interval);
  }
  const taken = Math.max(0, end - start);
  return taken < interval ? interval - taken : Math.min(interval, minute);
}

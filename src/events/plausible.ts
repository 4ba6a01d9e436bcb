import { day } from '../time.ts';

/** Kubecost did not exist before: an earlier time is a zero value or a wrong unit. */
export const minTime = Date.UTC(2015, 0, 1);

/** Latest plausible time in a saved log, whose server's clock is not known: Go's zero and maximum lie outside. */
export const maxSavedTime = Date.UTC(2100, 0, 1);

/** Latest plausible time of an event, in milliseconds since 1970, by the server's clock. */
export function maxTimeAt(now: number): number {
  return now + day;
}

/** Milliseconds in a unit of time. */
export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A stretch of time in milliseconds since 1970; `start` is included, `end` is not. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A point in time as RFC 3339 in UTC, to the second: `2026-11-23T00:00:00Z`. */
export function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** A span as JSON outputs have a window. */
export function windowOf({ start, end }: Span): { start: string; end: string } {
  return { start: formatTime(start), end: formatTime(end) };
}

/** An RFC 3339 pair in UTC, to the second, as Kubecost accepts a window. */
export function formatSpan({ start, end }: Span): string {
  return `${formatTime(start)},${formatTime(end)}`;
}

/** Whether two spans have time in common. */
export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

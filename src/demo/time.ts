/** Milliseconds since 1970; the end is excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Midnight UTC at or before `at`. */
export function dayOf(at: number): number {
  return Math.floor(at / day) * day;
}

/** What two spans have in common; null where that is nothing. */
export function overlap(a: Span, b: Span): Span | null {
  const start = Math.max(a.start, b.start);
  const end = Math.min(a.end, b.end);
  return start < end ? { start, end } : null;
}

export function hours(span: Span): number {
  return (span.end - span.start) / hour;
}

const written = new Map<number, string>();

/** RFC 3339 to the second, as in every window the server prints. Most rows share their times. */
export function rfc3339(at: number): string {
  const known = written.get(at);
  if (known !== undefined) return known;
  if (written.size >= 10_000) written.clear();
  const text = `${new Date(at).toISOString().slice(0, 19)}Z`;
  written.set(at, text);
  return text;
}

/** RFC 3339 with nanoseconds, trailing zeros cut as Go cuts them. */
export function rfc3339Nano(at: number, nanos: number): string {
  const fraction = String((Math.floor(at) % second) * 1_000_000 + nanos).padStart(9, '0');
  const cut = fraction.replace(/0+$/, '');
  return `${new Date(at).toISOString().slice(0, 19)}${cut === '' ? '' : `.${cut}`}Z`;
}

export function isoDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

import { day, hour, minute, type Span, second } from '../time.ts';

/** Midnight UTC at or before `at`. */
export function dayOf(at: number): number {
  return Math.floor(at / day) * day;
}

/** The intersection of two spans; null where they do not overlap. */
export function overlap(a: Span, b: Span): Span | null {
  const start = Math.max(a.start, b.start);
  const end = Math.min(a.end, b.end);
  return start < end ? { start, end } : null;
}

export function hours(span: Span): number {
  return (span.end - span.start) / hour;
}

const formatted = new Map<number, string>();

/** RFC 3339 to the second. Cached, because most rows of a response share their times. */
export function rfc3339(at: number): string {
  const known = formatted.get(at);
  if (known !== undefined) return known;
  if (formatted.size >= 10_000) formatted.clear();
  const text = `${new Date(at).toISOString().slice(0, 19)}Z`;
  formatted.set(at, text);
  return text;
}

/** RFC 3339 with nanoseconds, without trailing zeros, as Go prints it. */
export function rfc3339Nano(at: number, nanos: number): string {
  const fraction = String((Math.floor(at) % second) * 1_000_000 + nanos).padStart(9, '0');
  const cut = fraction.replace(/0+$/, '');
  return `${new Date(at).toISOString().slice(0, 19)}${cut === '' ? '' : `.${cut}`}Z`;
}

export function isoDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** An offset from UTC, as `+01:00`. */
export function offsetText(offset: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.abs(offset) / minute;
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

import { day, minute, type Span } from '../time.ts';

/** The offset from UTC whose days begin when a set does, such as `UTC+01:00`; null: whole UTC days. */
export function utcOffsetOf({ start }: Span): string | null {
  const since = ((start % day) + day) % day;
  if (since === 0) return null;
  const minutes = Math.round((since <= day / 2 ? -since : day - since) / minute);
  const two = (n: number) => String(Math.trunc(Math.abs(n))).padStart(2, '0');
  return `UTC${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(Math.abs(minutes) % 60)}`;
}

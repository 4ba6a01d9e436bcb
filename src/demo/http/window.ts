import { day, hour, minute, type Span } from '../../time.ts';
import { dayOf } from '../time.ts';
import { HttpError, textError } from './response.ts';

const units: Record<string, number> = { m: minute, h: hour, d: day, w: 7 * day };

/** A window in the server's grammar (docs/kubecost-api.md, "Windows"); null where the text is invalid. */
export function parseWindow(text: string, now: number): Span | null {
  const span = named(text, now) ?? duration(text, now) ?? pairOf(text);
  return span !== null && span.start < span.end ? span : null;
}

/** @throws HttpError in plain text, as the cost endpoints return it */
export function requiredWindow(params: URLSearchParams, now: number): Span {
  const text = params.get('window') ?? '';
  const window = parseWindow(text, now);
  if (window) return window;
  throw new HttpError(textError(400, `Invalid 'window' parameter: illegal window: ${text}`));
}

function named(text: string, now: number): Span | null {
  const today = dayOf(now);
  const sunday = today - new Date(now).getUTCDay() * day;
  const first = (month: number) =>
    Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth() + month);
  switch (text) {
    case 'today':
      return { start: today, end: today + day };
    case 'yesterday':
      return { start: today - day, end: today };
    case 'week':
      return { start: sunday, end: now };
    case 'lastweek':
      return { start: sunday - 7 * day, end: sunday };
    case 'month':
      return { start: first(0), end: now };
    case 'lastmonth':
      return { start: first(-1), end: first(0) };
    default:
      return null;
  }
}

function duration(text: string, now: number): Span | null {
  const match = /^(\d+)([mhdw])(?: offset (\d+)([mhdw]))?$/.exec(text);
  if (!match) return null;
  const [, count, unit = '', back, backUnit = ''] = match;
  const length = Number(count) * (units[unit] ?? 0);
  if (back !== undefined) {
    // A bug of the real server: a week of an offset counts as 24.
    const offset = Number(back) * (units[backUnit] ?? 0) * (backUnit === 'w' ? 24 : 1);
    return { start: now - offset - length, end: now - offset };
  }
  const step = unit === 'w' ? day : (units[unit] ?? day);
  const end = Math.floor(now / step) * step + step;
  return { start: end - length, end };
}

/** The span of a pair of Unix seconds or of RFC 3339 times; null for any other text. */
export function pairOf(text: string): Span | null {
  const seconds = /^(\d+)[,-](\d+)$/.exec(text);
  if (seconds) return { start: Number(seconds[1]) * 1000, end: Number(seconds[2]) * 1000 };
  const time = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)`;
  const times = new RegExp(`${time},${time}`).exec(text);
  if (!times) return null;
  const [start, end] = [Date.parse(times[1] ?? ''), Date.parse(times[2] ?? '')];
  return Number.isNaN(start) || Number.isNaN(end) ? null : { start, end };
}

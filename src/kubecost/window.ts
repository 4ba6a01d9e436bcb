import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { day, formatSpan, hour, minute, type Span } from '../time.ts';
import { ownWindows } from './own-window.ts';
import type { Product } from './product.ts';

/** A requested window. */
export interface Window {
  /** The text sent to the server. */
  readonly query: string;
  /** The time it covers when it is read now. */
  readonly span: Span;
  /** Why `query` differs from what was typed; null where it does not. */
  readonly rewritten: string | null;
}

/** A window, with the product of the server where that was needed to resolve it. */
export interface ResolvedWindow extends Window {
  readonly product?: Product;
}

const week = 7 * day;
const units = { m: minute, h: hour, d: day, w: week } as const;

const namedWindows = ['today', 'yesterday', 'week', 'month', 'lastweek', 'lastmonth'] as const;
type NamedWindow = (typeof namedWindows)[number];

/** The forms of `--window`, for help and errors. */
export const windowForms: readonly { readonly form: string; readonly meaning: string }[] = [
  { form: '15m, 24h, 7d, 2w', meaning: 'the last n minutes, hours, days or weeks, rounded up' },
  { form: '7d offset 1d', meaning: 'the same, ending an offset ago' },
  { form: namedWindows.join(', '), meaning: 'whole UTC days; weeks start on Sunday' },
  { form: '2020-04-01,2020-04-03', meaning: 'UTC dates, the second excluded (also with ..)' },
  { form: '2020-04-01T00:00:00Z,2020-04-03T00:00:00Z', meaning: 'RFC 3339, any offset' },
  { form: '1586822400,1586908800', meaning: 'Unix seconds (also with - between)' },
  ...Object.values(ownWindows),
];

const durationPattern = /^(\d+)([mhdw])$/;
const offsetPattern = /^(\d+)([mhdw]) offset (\d+)([mhdw])$/;
const unixPattern = /^(\d+)[,-](\d+)$/;
const zuluPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.0+)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Parses a `--window`: Kubecost's own forms are sent unchanged, other forms become an RFC 3339 pair in
 * UTC.
 *
 * @param now milliseconds since 1970
 * @throws UsageError listing the forms, for anything else and for a reversed or empty window
 */
export function parseWindow(text: string, now: number): Window {
  const trimmed = text.trim();
  const span = spanOf(trimmed, now);
  if (span === null || !isRepresentable(span)) {
    throw notAWindow(text, `is not a window${suggestion(trimmed)}`);
  }
  if (span.end <= span.start) {
    throw notAWindow(text, span.end === span.start ? 'is empty' : 'ends before it starts');
  }
  const offset = offsetPattern.exec(trimmed);
  if (offset?.[4] === 'w') {
    return {
      query: formatSpan(span),
      span,
      rewritten: 'Kubecost counts 24 weeks for each week of an offset; sending the dates instead',
    };
  }
  if (isKubecostForm(trimmed)) return { query: trimmed, span, rewritten: null };
  return { query: formatSpan(span), span, rewritten: 'in UTC, end excluded' };
}

/**
 * The time that a window covers at `now`, by the rules of OpenCost's window.go: `m`, `h` and `d` end at
 * the next full unit, `w` at the end of today, an offset is not rounded. Null where the text is not a
 * window.
 */
export function spanOf(text: string, now: number): Span | null {
  const duration = durationPattern.exec(text);
  if (duration) {
    const unit = unitOf(duration[2]);
    const round = unit === week ? day : unit;
    const end = Math.floor(now / round) * round + round;
    return { start: end - Number(duration[1]) * unit, end };
  }
  const offset = offsetPattern.exec(text);
  if (offset) {
    const end = now - Number(offset[3]) * unitOf(offset[4]);
    return { start: end - Number(offset[1]) * unitOf(offset[2]), end };
  }
  if (isNamedWindow(text)) return namedSpan(text, now);
  const unix = unixPattern.exec(text);
  if (unix) return { start: Number(unix[1]) * 1000, end: Number(unix[2]) * 1000 };
  return pairSpan(text);
}

function isKubecostForm(text: string): boolean {
  return (
    durationPattern.test(text) ||
    offsetPattern.test(text) ||
    isNamedWindow(text) ||
    unixPattern.test(text) ||
    text.split(',').every((part) => zuluPattern.test(part))
  );
}

function isNamedWindow(text: string): text is NamedWindow {
  return (namedWindows as readonly string[]).includes(text);
}

function unitOf(letter: string | undefined): number {
  return units[letter as keyof typeof units]; // the patterns let only these letters through
}

function namedSpan(name: NamedWindow, now: number): Span {
  const today = Math.floor(now / day) * day;
  const date = new Date(today);
  const sunday = today - date.getUTCDay() * day;
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  switch (name) {
    case 'today':
      return { start: today, end: today + day };
    case 'yesterday':
      return { start: today - day, end: today };
    case 'week':
      return { start: sunday, end: Math.max(now, sunday + 1) };
    case 'month':
      return { start: first, end: Math.max(now, first + 1) };
    case 'lastweek':
      return { start: sunday - week, end: sunday };
    case 'lastmonth':
      return { start: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1), end: first };
  }
}

function pairSpan(text: string): Span | null {
  const parts = text.includes('..') ? text.split('..') : text.split(',');
  if (parts.length !== 2) return null;
  const [start, end] = parts.map((part) => parseInstant(part.trim()));
  return start == null || end == null ? null : { start, end };
}

/** Milliseconds since 1970 of a UTC date or an RFC 3339 time in whole seconds; null where it is neither. */
export function parseInstant(text: string): number | null {
  const parts = instantPattern.exec(text);
  if (!parts) return null;
  const [year, month, date, h, m, s] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  if (year === undefined || month === undefined || date === undefined) return null;
  const ms = Date.UTC(year, month - 1, date, h, m, s);
  const back = new Date(ms);
  const real =
    back.getUTCFullYear() === year &&
    back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === date &&
    (h ?? 0) < 24 &&
    (m ?? 0) < 60 &&
    (s ?? 0) < 60;
  if (!real) return null;
  const zone = parts[7];
  if (zone === undefined || zone === 'Z') return ms;
  const shift = Number(zone.slice(1, 3)) * hour + Number(zone.slice(4)) * minute;
  return zone.startsWith('-') ? ms + shift : ms - shift;
}

/** Whether a span lies in the years 0 to 9999 of RFC 3339. */
function isRepresentable({ start, end }: Span): boolean {
  return start >= Date.UTC(0, 0) && Math.max(start, end) < Date.UTC(10_000, 0);
}

/** The window that was probably meant: of a single day, a unit that is spelt out, or a misspelt name. */
function suggestion(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseInstant(text) : null;
  const next = at === null ? '' : new Date(at + day).toISOString().slice(0, 10);
  const [, count, unit] = /^(\d+) *([mhdw])[a-z]*$/i.exec(text) ?? [];
  const [, days = '', name = ''] = /^(\d+d +)?([a-z ]+)$/i.exec(text) ?? [];
  const names = days ? Object.keys(ownWindows) : [...namedWindows, ...Object.keys(ownWindows)];
  const near = name && nearest(name.replaceAll(' ', ''), names);
  const meant =
    (next && `${text},${next}`) ||
    (count && unit && `${count}${unit.toLowerCase()}`) ||
    (near && `${days}${near}`);
  return meant ? `; did you mean "${meant}"?` : '';
}

function notAWindow(text: string, why: string): UsageError {
  const forms = windowForms.map(({ form }) => form).join(' | ');
  return new UsageError(`--window: '${text}' ${why}`, `a window is one of ${forms}`);
}

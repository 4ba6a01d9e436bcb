import { day } from '../time.ts';

/** A cell of a bill: text in CSV, typed in Parquet. */
export type Cell = unknown;

/** Whether a text is one of the ways in which bills write null; its length decides for nearly all. */
function isNull(cell: string): boolean {
  if (cell.length > 4) return false;
  return cell === '' || cell === 'NULL' || cell === 'null' || cell === '\\N';
}

/** A cell as text; empty for every way in which bills write null. */
export function text(cell: Cell): string {
  if (typeof cell === 'string') return isNull(cell) ? '' : cell;
  return cell === null || cell === undefined ? '' : String(cell);
}

/** A cell as an amount; `absent` where it is null, undefined where it is no number. */
export function amount(cell: Cell, absent: number): number | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : undefined;
  if (typeof cell === 'bigint') return Number(cell);
  if (cell === null || cell === undefined || isNull(String(cell))) return absent;
  const number = typeof cell === 'string' ? numberOf(cell) : Number(cell);
  return Number.isFinite(number) ? number : undefined;
}

const powersOfTen = Array.from({ length: 16 }, (_, i) => 10 ** i);

/**
 * A decimal of at most 15 digits: its digits and the power of ten are exact, and so their quotient is
 * the nearest double (Clinger 1990). Everything else by `Number`.
 */
function numberOf(text: string): number {
  const { length } = text;
  if (length === 0 || length > 15) return Number(text);
  let value = 0;
  let point = length;
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === -2 && point === length && length > 1) point = at;
    else return Number(text);
  }
  return point === length ? value : value / (powersOfTen[length - point - 1] ?? Number.NaN);
}

const usDate = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: 0?0:00(?::00)?)?$/;
const isoTime =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(?: ?(?:Z|UTC|\+00(?::?00)?))?$/;

/**
 * A cell as a point in time, milliseconds since 1970 in UTC; undefined where it is none. Texts
 * without an offset are UTC in all known formats.
 */
export function time(cell: Cell): number | undefined {
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : cell.getTime();
  if (typeof cell === 'number') return cell;
  if (typeof cell !== 'string') return undefined;
  const iso = isoTime.exec(cell);
  if (iso) {
    const [, y = '', mo = '', d = '', h = '0', mi = '0', s = '0'] = iso;
    return dateOf(Number(y), Number(mo), Number(d), (Number(h) * 60 + Number(mi)) * 60 + Number(s));
  }
  const us = usDate.exec(cell);
  return us ? dateOf(Number(us[3]), Number(us[1]), Number(us[2]), 0) : undefined;
}

function dateOf(year: number, month: number, date: number, seconds: number): number | undefined {
  const midnight = Date.UTC(year, month - 1, date);
  const isDate = new Date(midnight).getUTCDate() === date && month >= 1 && month <= 12;
  return isDate && seconds <= day / 1000 ? midnight + seconds * 1000 : undefined;
}

/**
 * A reader of times, for the millions that a bill has: `2026-10-01T05:00:00Z` by its digits, each date
 * looked up in the calendar once in a row; all other texts by {@link time}.
 */
export function timeReader(): (cell: Cell) => number | undefined {
  let date = Number.NaN;
  let midnight: number | undefined;
  return (cell) => {
    if (typeof cell !== 'string' || cell.length < 19 || cell.length > 20) return time(cell);
    const year = digits(cell, 0, 4);
    const month = digits(cell, 5, 7);
    const dayOfMonth = digits(cell, 8, 10);
    const seconds = digits(cell, 11, 13) * 3600 + digits(cell, 14, 16) * 60 + digits(cell, 17, 19);
    const today = (year * 100 + month) * 100 + dayOfMonth;
    const isPlain =
      hasAt(cell, 4, '-') && hasAt(cell, 7, '-') && hasAt(cell, 13, ':') && hasAt(cell, 16, ':');
    const isUtc = hasAt(cell, 10, 'T') && (cell.length === 19 || hasAt(cell, 19, 'Z'));
    // not a number where any of them is no digit
    if (!isPlain || !isUtc || Number.isNaN(today + seconds)) return time(cell);
    if (today !== date) {
      date = today;
      midnight = dateOf(year, month, dayOfMonth, 0);
    }
    if (midnight === undefined || seconds > day / 1000) return time(cell);
    return midnight + seconds * 1000;
  };
}

function hasAt(text: string, at: number, char: string): boolean {
  return text.charCodeAt(at) === char.charCodeAt(0);
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** A function of a text that repeats from line to line, called only where it changes. */
export function whereChanged<T>(of: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly value: T } | null = null;
  return (text) => {
    if (last === null || last.text !== text) last = { text, value: of(text) };
    return last.value;
  };
}

/** A function of a text that comes back on other lines, called once for each of many texts. */
export function remembered<T>(of: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= 100_000) known.clear();
    const value = of(text);
    known.set(text, value);
    return value;
  };
}

/** `1 Hour`, `10 Hours`, `100 Hours`: how many hours a unit of Azure's quantity is; null for others. */
export function hoursPerUnit(unit: string): number | null {
  const found =
    /^([\d,.]+) ?(?:hours?|hrs?)$/i.exec(unit) ??
    (/^(?:hours?|hrs?)$/i.test(unit) ? ['', '1'] : null);
  return found ? Number((found[1] ?? '1').replaceAll(',', '')) : null;
}

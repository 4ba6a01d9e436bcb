import { day } from '../time.ts';

/** Whether a text is one of the ways in which bills write null; its length decides for nearly all. */
function isNull(cell: string): boolean {
  if (cell.length > 4) return false;
  return cell === '' || cell === 'NULL' || cell === 'null' || cell === '\\N';
}

/** A value as text; empty for every way in which bills write null. */
export function textOf(cell: unknown): string {
  if (typeof cell === 'string') return isNull(cell) ? '' : cell;
  return cell === null || cell === undefined ? '' : String(cell);
}

/** A value as an amount; `absent` where it is null, undefined where it is not a number. */
export function amountOf(cell: unknown, absent: number): number | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : undefined;
  if (typeof cell === 'bigint') return Number(cell);
  if (cell === null || cell === undefined || isNull(String(cell))) return absent;
  const number = Number(cell);
  return Number.isFinite(number) ? number : undefined;
}

const usDate = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: 0?0:00(?::00)?)?$/;
const isoTime =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(?: ?(?:Z|UTC|\+00(?::?00)?))?$/;

/**
 * A value as a point in time, milliseconds since 1970 in UTC; undefined where it is none. Texts
 * without an offset are UTC in all known formats.
 */
export function timeOf(cell: unknown): number | undefined {
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

/** Milliseconds since 1970; undefined where the calendar has no such date. */
export function dateOf(
  year: number,
  month: number,
  date: number,
  seconds: number,
): number | undefined {
  const midnight = Date.UTC(year, month - 1, date);
  const isDate = new Date(midnight).getUTCDate() === date && month >= 1 && month <= 12;
  return isDate && seconds <= day / 1000 ? midnight + seconds * 1000 : undefined;
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

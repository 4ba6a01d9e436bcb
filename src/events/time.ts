/** A moment with the precision it was written in. */
export interface Instant {
  /** Whole seconds since 1970, negative before. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
  /** Digits of the fraction as written, 0 to 9. */
  readonly digits: number;
}

const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

const monthLengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Days from 1970-01-01 to a date (Howard Hinnant's `days_from_civil`); NaN where there is no such date. */
export function dayNumber(year: number, month: number, day: number): number {
  if (day < 1 || day > (monthLengths[month - 1] ?? 0)) return Number.NaN;
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2 && day === 29 && !isLeapYear) return Number.NaN;
  // Counted from 400 years, 146,097 days, before the year 0, so that dividing is cutting off.
  const y = (month <= 2 ? year - 1 : year) + 400;
  const leapDays = ((y / 4) | 0) - ((y / 100) | 0) + ((y / 400) | 0);
  const dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0) + day - 1;
  return 365 * y + leapDays + dayOfYear - 719_468 - 146_097;
}

/** Reads an RFC 3339 time with at most 9 digits of a second; null where the text is none. */
export function parseTime(text: string): Instant | null {
  const match = rfc3339.exec(text);
  if (!match) return null;
  const [, year, month, date, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] =
    match;
  const day = dayNumber(Number(year), Number(month), Number(date));
  if (Number.isNaN(day)) return null;
  const offset = sign ? Number(`${sign}1`) * (Number(offsetHour) * 60 + Number(offsetMinute)) : 0;
  return {
    seconds: day * 86_400 + (Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second),
    nanos: Number(fraction.padEnd(9, '0')),
    digits: fraction.length,
  };
}

/** `2022-06-03` of a day counted from 1970-01-01; years 0000 to 9999. */
export function dateText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The RFC 3339 text of a moment of the years 0000 to 9999, in UTC, with its own number of digits. */
export function formatTime({ seconds, nanos, digits }: Instant): string {
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return digits === 0 ? `${text}Z` : `${text}.${String(nanos).padStart(9, '0').slice(0, digits)}Z`;
}

/** `2022-06-03T17:00:00Z`, of minutes since 1970. */
export function formatMinutes(minutes: number): string {
  return formatTime({ seconds: minutes * 60, nanos: 0, digits: 0 });
}

function compareInstants(a: Instant, b: Instant): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

/** Orders RFC 3339 times by the moment they name, to the nanosecond; text that is no time comes first. */
export function compareTimes(a: string, b: string): number {
  const [x, y] = [parseTime(a), parseTime(b)];
  if (x && y) return compareInstants(x, y);
  return Number(x !== null) - Number(y !== null);
}

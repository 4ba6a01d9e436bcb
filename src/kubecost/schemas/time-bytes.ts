import { dayNumber } from '../../events/time.ts';

const [DASH, COLON, T] = [0x2d, 0x3a, 0x54] as const;

/** The number in `count` decimal digits at `at`; -1 where another byte is among them. */
export function readDigits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Minutes since 1970 of `2022-06-03T17:07`, 16 bytes at `at`; NaN where they are not such a time. */
export function readMinutes(bytes: Uint8Array, at: number): number {
  if (
    bytes[at + 4] !== DASH ||
    bytes[at + 7] !== DASH ||
    bytes[at + 10] !== T ||
    bytes[at + 13] !== COLON
  ) {
    return Number.NaN;
  }
  const year = readDigits(bytes, at, 4);
  const month = readDigits(bytes, at + 5, 2);
  const day = readDigits(bytes, at + 8, 2);
  const hour = readDigits(bytes, at + 11, 2);
  const minute = readDigits(bytes, at + 14, 2);
  if (year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59) return Number.NaN;
  return (dayNumber(year, month, day) * 24 + hour) * 60 + minute;
}

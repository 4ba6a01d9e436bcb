const ZERO = 0x30;
const DOT = 0x2e;
/** A float holds every whole number of up to this many digits. */
export const exactDigits = 15;
/** The powers of ten that a float holds. */
export const powersOfTen = Array.from({ length: 23 }, (_, i) => 10 ** i);
/** Splits a float into two of half as many bits (Dekker). */
const splitter = 2 ** 27 + 1;

/**
 * The float nearest to a decimal number of more than {@link exactDigits} digits, without making a text of
 * it: its digits are two floats, divided by a power of ten in twice the precision of a float. The same
 * as `Number` returns; NaN where it has too many digits, or is so near to the middle of two floats that
 * this does not tell which is nearer.
 *
 * @param bytes digits with at most one point among them, from `start` up to `end`
 */
export function longDecimal(bytes: Uint8Array, start: number, end: number): number {
  let [high, low, digits, lowDigits, decimals] = [0, 0, 0, 0, 0];
  let isFraction = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === DOT) {
      isFraction = true;
      continue;
    }
    if (isFraction) decimals++;
    const digit = byte - ZERO;
    if (digits === 0 && digit === 0) continue;
    if (digits < exactDigits) high = high * 10 + digit;
    else {
      low = low * 10 + digit;
      lowDigits++;
    }
    digits++;
  }
  const factor = powersOfTen[lowDigits];
  const divisor = powersOfTen[decimals];
  if (factor === undefined || divisor === undefined || lowDigits > exactDigits) return Number.NaN;
  const product = high * factor;
  const whole = product + low;
  const rest = productError(high, factor, product) + (product - whole + low);
  const quotient = whole / divisor;
  const back = quotient * divisor;
  const missing = (whole - back - productError(quotient, divisor, back) + rest) / divisor;
  const value = quotient + missing * (1 + 2 ** -40);
  return value === quotient + missing * (1 - 2 ** -40) ? value : Number.NaN;
}

/** What rounding took from a product. */
function productError(a: number, b: number, product: number): number {
  const aLarge = splitter * a - (splitter * a - a);
  const bLarge = splitter * b - (splitter * b - b);
  const [aSmall, bSmall] = [a - aLarge, b - bLarge];
  return aLarge * bLarge - product + aLarge * bSmall + aSmall * bLarge + aSmall * bSmall;
}

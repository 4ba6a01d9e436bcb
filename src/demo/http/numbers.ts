/** `%f`: six decimals, trailing zeros and `-0.000000` included; what is not a number is null. */
export function fixed(x: number): string {
  if (!Number.isFinite(x)) return 'null';
  return Object.is(x, -0) ? '-0.000000' : x.toFixed(6);
}

/** Rounded to five decimals as Go's Round does it, half away from zero, in the shortest form. */
export function rounded(x: number): string {
  if (Object.is(x, 0)) return '0';
  if (!Number.isFinite(x)) return 'null';
  const scaled = x * 100_000;
  const whole = scaled < 0 ? -Math.round(-scaled) : Math.round(scaled);
  return shortest(whole / 100_000);
}

/** Unrounded. */
export function shortest(x: number): string {
  if (!Number.isFinite(x)) return 'null';
  return Object.is(x, -0) ? '-0' : String(x);
}

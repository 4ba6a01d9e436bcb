/** `%f`: six decimals with trailing zeros, `-0.000000` included; null for NaN and infinity. */
export function fixed(x: number): string {
  if (!Number.isFinite(x)) return 'null';
  return Object.is(x, -0) ? '-0.000000' : x.toFixed(6);
}

/** Rounded to five decimals like Go's Round (half away from zero), in the shortest form. */
export function rounded(x: number): string {
  if (Object.is(x, 0)) return '0';
  if (!Number.isFinite(x)) return 'null';
  const scaled = x * 100_000;
  const whole = scaled < 0 ? -Math.round(-scaled) : Math.round(scaled);
  return shortest(whole / 100_000);
}

/** The shortest form that reads back as the same number. */
export function shortest(x: number): string {
  if (!Number.isFinite(x)) return 'null';
  return Object.is(x, -0) ? '-0' : String(x);
}

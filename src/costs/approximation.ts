import { Sum } from './sum.ts';

/** An amount and the largest error that rounding can have left in it: interval arithmetic. */
export interface Approx {
  readonly value: number;
  readonly error: number;
}

/** The relative error of floats, here and at the server; it shows where large amounts cancel out. */
const floatError = 1e-12;

/** An amount that is exactly 0. */
export const zero: Approx = { value: 0, error: 0 };

/** A value with the largest error it can have. */
export function approx(value: number, error = 0): Approx {
  return { value, error };
}

/** The sum; compensated, so that the order of the parts does not matter. */
export function plus(...parts: readonly Approx[]): Approx {
  const value = new Sum();
  const error = new Sum();
  for (const part of parts) {
    value.add(part.value);
    error.add(part.error);
    error.add(floatError * Math.abs(part.value));
  }
  return { value: value.value, error: error.value };
}

/** `a - b` */
export function minus(a: Approx, b: Approx): Approx {
  const floats = floatError * (Math.abs(a.value) + Math.abs(b.value));
  return { value: a.value - b.value, error: a.error + b.error + floats };
}

/** `a * b` */
export function times(a: Approx, b: Approx): Approx {
  const error = Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error;
  return { value: a.value * b.value, error };
}

/** `a / b`; the error is infinite where the divisor may be 0. */
export function dividedBy(a: Approx, b: Approx): Approx {
  const nearest = Math.abs(b.value) - b.error;
  const value = a.value / b.value;
  if (!(nearest > 0)) return { value, error: Number.POSITIVE_INFINITY };
  return { value, error: (a.error + Math.abs(value) * b.error) / nearest };
}

/** The amount, or 0 where it is negative: what a server does that clamps idle. */
export function clamped(a: Approx): Approx {
  return { value: Math.max(0, a.value), error: a.error };
}

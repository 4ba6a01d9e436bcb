import { Sum } from './sum.ts';

/** An amount, and the largest error that rounding can have left in it; interval arithmetic. */
export interface Approx {
  readonly value: number;
  readonly error: number;
}

/**
 * What floats have lost of an amount here and at the server: it shows where amounts that were printed
 * in full cancel each other out.
 */
const floatError = 1e-12;

export const nothing: Approx = { value: 0, error: 0 };

export function approx(value: number, error = 0): Approx {
  return { value, error };
}

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

export function minus(a: Approx, b: Approx): Approx {
  const floats = floatError * (Math.abs(a.value) + Math.abs(b.value));
  return { value: a.value - b.value, error: a.error + b.error + floats };
}

export function times(a: Approx, b: Approx): Approx {
  const error = Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error;
  return { value: a.value * b.value, error };
}

/** The error is infinite where the divisor may be 0. */
export function over(a: Approx, b: Approx): Approx {
  const nearest = Math.abs(b.value) - b.error;
  const value = a.value / b.value;
  if (!(nearest > 0)) return { value, error: Number.POSITIVE_INFINITY };
  return { value, error: (a.error + Math.abs(value) * b.error) / nearest };
}

/** Never below 0, as a server that clamps has it. */
export function clamped(a: Approx): Approx {
  return { value: Math.max(0, a.value), error: a.error };
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { longDecimal } from '../../../src/kubecost/json/decimal.ts';
import { fuzzed } from '../../audits/local/support/worlds.ts';

const decimalOf = (text: string) => longDecimal(Buffer.from(text), 0, text.length);

/** Floats as servers print them, and digits of which many are near the middle of two floats. */
const long = fc.oneof(
  fc
    .double({ min: 1e-7, max: 1e15, noNaN: true })
    .map((value) => String(value))
    .filter((text) => !text.includes('e')),
  fc
    .tuple(fc.stringMatching(/^[1-9][0-9]{0,9}$/), fc.stringMatching(/^[0-9]{6,21}$/))
    .map(([whole, fraction]) => `${whole}.${fraction}`),
  fc
    .tuple(fc.integer({ min: 2 ** 20, max: 2 ** 30 }), fc.integer({ min: 0, max: 20 }))
    // one bit more than a float has
    .map(([bits, shift]) => ((bits * 2 ** 23 + 1) / 2 ** shift + 0.5 / 2 ** shift).toFixed(20)),
);

test('a long decimal is the float that Number makes of it, or unknown', () => {
  const property = fc.property(long, (text) => {
    const value = decimalOf(text);
    if (!Number.isNaN(value)) expect([text, value]).toEqual([text, Number(text)]);
  });
  fc.assert(property, fuzzed(5000, 50));
});

test('costs as servers print them are known', () => {
  for (const text of ['0.027083333333333334', '123.45678901234567', '0.000012345678901234567']) {
    expect(decimalOf(text)).toBe(Number(text));
  }
});

test('the middle of two floats, and more digits than two floats hold, are unknown', () => {
  expect(decimalOf('9007199254740993.0')).toBeNaN();
  expect(decimalOf('0.1234567890123456789012345678901234567890')).toBeNaN();
});

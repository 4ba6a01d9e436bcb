import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ColumnCell } from '../../src/bills/column-cell.ts';
import { amountOf, textOf, timeOf } from '../../src/bills/values.ts';

const nothing = fc.constantFrom(null, undefined);
// 0 and -0 are one value of a column
const number = fc.oneof(fc.double(), fc.integer()).map((value) => value + 0);
const kinds: fc.Arbitrary<unknown>[] = [
  number,
  fc.oneof(number, nothing),
  fc.oneof(fc.constantFrom('a', 'b', '', 'NULL', '1.5', '2026-10-01T05:00:00Z'), nothing),
  fc.oneof(fc.bigInt(), fc.boolean(), number, fc.string()),
  fc.oneof(fc.date({ noInvalidDate: true }), nothing),
  fc.oneof(fc.array(fc.integer()), nothing),
];

test('a decoded column gives for each row what its value is, as text, amount and time', () => {
  const group = fc.constantFrom(...kinds).chain((value) => fc.array(value, { maxLength: 20 }));
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 4 }), (groups) => {
      const rows = { at: 0 };
      const cell = new ColumnCell(rows);
      const meant = cell.meaning((text) => `<${text}>`);
      for (const values of groups) {
        cell.set(values);
        for (rows.at = 0; rows.at < values.length; rows.at++) {
          const value = values[rows.at];
          expect(cell.text()).toBe(textOf(value));
          expect(meant()).toBe(`<${textOf(value)}>`);
          expect(cell.amount(-7)).toEqual(amountOf(value, -7));
          expect(cell.time()).toEqual(timeOf(value));
        }
      }
    }),
    { numRuns: 2000 },
  );
});

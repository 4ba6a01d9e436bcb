import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyTable } from '../../../../src/audits/local/tables/key-table.ts';

const keys = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '__proto__', '\ud800', 'x\udc00y', 'é'),
    fc.integer({ min: 1, max: 150_000 }).map((length) => 'ö'.repeat(length)),
  ),
  { maxLength: 60 },
);

test('a key has one id, and is had back as it was, however long or odd', () => {
  fc.assert(
    fc.property(keys, (given) => {
      const table = new KeyTable();
      const ids = given.map((key) => table.id(key));
      expect(ids.map((id) => table.key(id))).toEqual(given);
      expect(table.size).toBe(new Set(given).size);
      expect(given.map((key) => table.id(key))).toEqual(ids);
    }),
    { numRuns: 60 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameTable, nameHash, pathHash } from '../../../../src/audits/local/tables/name-table.ts';

const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '/', 'a/b'));

test('the hash of a path is that of its text', () => {
  fc.assert(
    fc.property(name, name, name, name, (a, b, c, d) => {
      expect(pathHash(a, b, c, d)).toBe(nameHash(`${a}/${b}/${c}/${d}`));
    }),
  );
});

test('a hash has one number, in whatever order hashes come again', () => {
  const hashes = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 53 - 1 }), { maxLength: 3000 });
  fc.assert(
    fc.property(hashes, fc.array(fc.nat(), { maxLength: 200 }), (given, picks) => {
      const table = new NameTable();
      expect(given.map((hash) => table.id(hash))).toEqual(given.map((_, i) => i));
      expect(given.map((hash) => table.id(hash))).toEqual(given.map((_, i) => i));
      for (const pick of given.length > 0 ? picks : []) {
        const at = pick % given.length;
        expect(table.id(given[at] ?? 0)).toBe(at);
      }
      expect(table.size).toBe(given.length);
    }),
    { numRuns: 30 },
  );
});

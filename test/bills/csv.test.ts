import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCsv } from '../../src/bills/csv.ts';
import { memoryFile } from './support/bill-files.ts';
import { csvOf, type Row } from './support/write-bill.ts';

const columns = [
  'lineItem/ResourceId',
  'lineItem/UsageStartDate',
  'lineItem/LineItemType',
  'lineItem/UnblendedCost',
  'x',
];

test('fields are read as csv-parse reads them, whatever is in them and wherever chunks end', async () => {
  const field = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('', '"', 'a,b', 'x\ny', '""', 'ü€😀'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(field, field, field, field, field), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom('\n', '\r\n'),
      async (fields, chunk, newline) => {
        const rows = fields.map(
          (row): Row => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? ''])),
        );
        const text = csvOf(rows, newline);
        const expected: string[][] = parse(text, { from_line: 1, relax_column_count: true });
        const read: unknown[][] = [];
        await readCsv(memoryFile('x', text, chunk).bytes(), 'x', {
          begin() {},
          row: (cells) =>
            read.push([cells['id'], cells['start'], cells['kind'], cells['unblended']]),
        });
        expect(read).toEqual(expected.slice(1).map((row) => row.slice(0, 4)));
      },
    ),
    { numRuns: 400 },
  );
});

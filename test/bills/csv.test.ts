import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cells, meaning } from '../../src/bills/cell.ts';
import { readCsv } from '../../src/bills/csv.ts';
import { KnownTexts } from '../../src/bills/known-texts.ts';
import { amountOf, textOf, timeOf } from '../../src/bills/values.ts';
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
        let cells: Cells = {};
        await readCsv(memoryFile('x', text, chunk).bytes(), 'x', {
          begin(_layout, all) {
            cells = all;
          },
          row: () =>
            read.push(
              [cells['id'], cells['start'], cells['kind'], cells['unblended']].map((cell) =>
                cell?.value(),
              ),
            ),
        });
        expect(read).toEqual(expected.slice(1).map((row) => row.slice(0, 4)));
      },
    ),
    { numRuns: 400 },
  );
});

test('texts and what they mean are those of their row, however often they come back', async () => {
  const text = fc.oneof(
    fc.constantFrom(
      '',
      'NULL',
      'a',
      'b',
      'a""',
      'Usage',
      'Usagf',
      'i-0123',
      'i-0124',
      'j-0123',
      'ü€😀',
    ),
    fc.constantFrom('x'.repeat(255), `${'x'.repeat(254)}y`, 'x'.repeat(256)),
    fc.string({ maxLength: 12 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 90 }),
      async (texts, chunk) => {
        const rows = texts.map(
          (id): Row =>
            Object.fromEntries(
              columns.map((name, i) => [name, [id, '2026-01-01', 'Usage', 1, 'x'][i] ?? '']),
            ),
        );
        const read: unknown[] = [];
        let id: Cells[string];
        let meant = () => '';
        await readCsv(memoryFile('x', csvOf(rows, '\n'), chunk).bytes(), 'x', {
          begin(_layout, cells) {
            id = cells['id'];
            meant = meaning(id, (one) => `<${one}>`);
          },
          row: () => read.push([id?.text(), meant()]),
        });
        expect(read).toEqual(texts.map(textOf).map((one) => [one, `<${one}>`]));
      },
    ),
    { numRuns: 400 },
  );
});

test('a column with more texts than are remembered at once starts again', () => {
  const known = new KnownTexts();
  let decoded = 0;
  const read = (text: string) => {
    const bytes = Buffer.from(`${text}   `);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const length = bytes.length - 3;
    const found = known.find(view, 0, length);
    if (found !== undefined) return found;
    decoded++;
    known.add(text, view, 0, length);
    return text;
  };
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 70_000; i++) {
      const text = `i-${i.toString(16)}`;
      if (read(text) !== text) expect(read(text)).toBe(text);
    }
  }
  // every text is forgotten before it comes back
  expect(decoded).toBe(140_000);
  expect(read('i-1116f')).toBe('i-1116f');
  expect(decoded).toBe(140_000);
});

test('amounts and times read from the bytes are those of their text', async () => {
  const decimal = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.stringMatching(/^\d{0,9}$/),
      fc.stringMatching(/^\d{0,14}$/),
    )
    .map(([sign, whole, places]) => `${sign}${whole}${places === '' ? '' : `.${places}`}`);
  const cost = fc.oneof(
    decimal,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom(
      '.',
      '-',
      '-.',
      '1.',
      '.5',
      '1e400',
      '1e-7',
      'x',
      'NULL',
      '1,5',
      '+1',
      '--1',
      '1.2.3',
    ),
  );
  const instant = fc.oneof(
    fc
      .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .chain((date) =>
        fc.constantFrom(
          date.toISOString(),
          `${date.toISOString().slice(0, 19)}Z`,
          date.toISOString().slice(0, 19),
        ),
      ),
    fc.constantFrom(
      '2026-02-30T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T25:00:00Z',
      '2026-1-01T00:00:000',
      '10/31/2026',
      '',
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(instant, cost), { minLength: 1, maxLength: 30 }),
      async (values) => {
        const rows = values.map(
          ([start, unblended]): Row =>
            Object.fromEntries(
              columns.map((name, i) => [name, ['i', start, 'Usage', unblended, ''][i] ?? '']),
            ),
        );
        const read: unknown[] = [];
        let cells: Cells = {};
        await readCsv(memoryFile('x', csvOf(rows, '\n'), 100).bytes(), 'x', {
          begin(_layout, all) {
            cells = all;
          },
          row: () => read.push([cells['start']?.time(), cells['unblended']?.amount(-1)]),
        });
        const expected = values.map(([start, unblended]) => [
          timeOf(start),
          amountOf(unblended, -1),
        ]);
        for (const [i, [time, amount]] of expected.entries()) {
          const [readTime, readAmount] = read[i] as [unknown, number | undefined];
          expect(readTime).toBe(time);
          if (amount === undefined || readAmount === undefined) expect(readAmount).toBe(amount);
          else expect(Math.abs(readAmount - amount)).toBeLessThanOrEqual(Math.abs(amount) * 1e-15);
        }
      },
    ),
    { numRuns: 400 },
  );
});

test.each([
  ['"x" y,,,,', 'row 1 has text after a quoted field'],
  ['"x\n,,,,', 'row 1 has a quoted field without an end'],
  ['1,2,3,4,5,6', 'row 1 has 6 fields, the header has 5'],
])('%j is damaged', async (row, problem) => {
  const text = `${columns.join(',')}\n${row}\n`;
  const sink = { begin() {}, row() {} };
  await expect(readCsv(memoryFile('x', text, 3).bytes(), 'x', sink)).rejects.toThrow(problem);
});

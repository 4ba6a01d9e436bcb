import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { BillDay } from '../../src/bills/bill-day.ts';
import type { BillFile } from '../../src/bills/bill-file.ts';
import { Resource } from '../../src/bills/bill-line.ts';
import { BillSums } from '../../src/bills/bill-sums.ts';
import { checkCurrency } from '../../src/bills/currency.ts';
import { BillError } from '../../src/bills/error.ts';
import { readBill } from '../../src/bills/read-bill.ts';
import { day } from '../../src/time.ts';
import { memoryFile } from './support/bill-files.ts';
import { firstDay, machinesOf, spanOf } from './support/machines.ts';
import { csvOf, curRows, parquetOf, type Row } from './support/write-bill.ts';

const rows = curRows(machinesOf('AWS', 1), firstDay);
const csv = csvOf(rows);
const parquet = parquetOf(rows, 100);

/** The error that reading ends with, and how many lines came before it. */
async function failure(file: BillFile): Promise<BillError> {
  try {
    await readBill(file, () => {});
  } catch (error) {
    if (error instanceof BillError) return error;
    throw error;
  }
  throw new Error('the bill was read');
}

const without = (column: string) =>
  csvOf(
    rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== column))),
  );
const changed = (fields: Row) =>
  csvOf(rows.map((row, i) => (i === 7 ? { ...row, ...fields } : row)));
const cutAt = (bytes: Uint8Array, share: number) =>
  bytes.slice(0, Math.floor(bytes.length * share));

describe('a bill that cannot be used says why, with the file, the place and what to do', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /bill\.x is empty/],
    ['a zip archive', Buffer.from('PK\u0003\u0004rest', 'latin1'), /is a zip archive/],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), /compressed with zstd/],
    ['a cut gzip', cutAt(gzipSync(csv), 0.5), /ends early/],
    [
      'damaged gzip',
      Buffer.concat([gzipSync(csv).subarray(0, 40), Buffer.alloc(400, 7)]),
      /is damaged/,
    ],
    ['another CSV', 'a,b\n1,2\n', /no header that kc-etl knows \(a, b, …\)/],
    ['a summary', 'Service,Total costs($)\nEC2,5\n', /is a summary/],
    [
      'a bill without resource ids',
      without('lineItem/ResourceId'),
      /without the column line_item_resource_id/,
    ],
    [
      'a FOCUS bill without resource ids',
      'ChargeCategory,BilledCost,EffectiveCost,ChargePeriodStart\nUsage,1,1,2026-01-01\n',
      /is FOCUS without the column ResourceId; without it no line/,
    ],
    [
      'a header that is nearly one that is known',
      'ResourceId,BilledCost,EffectiveCost,ChargePeriodStart,Notes\ni-1,1,1,2026-01-01,\n',
      /looks like FOCUS, but without the column ChargeCategory/,
    ],
    ['a row with too few fields', `${csv}2026,x\n`, /row \d+ has 2 fields, the header has \d+/],
    ['an amount that is no number', changed({ 'lineItem/UnblendedCost': 'n/a' }), /row 8: costs/],
    ['a date that is none', changed({ 'lineItem/UsageStartDate': '2026-02-30' }), /row 8: .*date/],
    ['a quote that never ends', `${csv}"`, /row \d+/],
    ['a cut Parquet file', cutAt(parquet, 0.7), /cut off or damaged/],
    ['eleven bytes of Parquet', parquet.slice(0, 11), /cut off/],
  ])('%s', async (_, content, message) => {
    const error = await failure(memoryFile('bill.x', content));
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^--bill: .*[^.]$/);
    expect(error.hint).toMatch(/^\S/);
    expect(error.exitCode).toBe(3);
  });

  test('damage in the middle of Parquet names the column and row group', async () => {
    const damaged = Uint8Array.from(parquet);
    damaged.fill(0xee, 200, 1_200);
    expect((await failure(memoryFile('bill.parquet', damaged))).message).toMatch(
      /column \S+ of row group \d+ of bill\.parquet/,
    );
  });

  test('Parquet on standard input', async () => {
    const error = await failure({ ...memoryFile('-', parquet), slice: null, size: null });
    expect(error.message).toMatch(/cannot be read from standard input/);
  });
});

test('a cut at any byte never gives a bill that reads like a whole one', async () => {
  const whole = new BillSums([], [spanOf(firstDay)]);
  await readBill(memoryFile('cur.csv', csv), (line) => whole.add(line));
  const packed = gzipSync(csv);
  for (let share = 0.05; share < 1; share += 0.05) {
    await expect(
      readBill(memoryFile('cur.csv.gz', cutAt(packed, share)), () => {}),
    ).rejects.toThrow(BillError);
    await expect(
      readBill(memoryFile('c.parquet', cutAt(parquet, share)), () => {}),
    ).rejects.toThrow(BillError);
  }
});

test('chunks of any size give the same sums', async () => {
  const machines = machinesOf('AWS', 1);
  const keys = machines.map(({ providerID }) => `Compute\t${providerID}`);
  const sums = await Promise.all(
    [1, 7, 64, 100_000].map(async (chunk) => {
      const result = new BillSums(keys, [spanOf(firstDay)]);
      await readBill(memoryFile('cur.csv', csv, chunk), (line) => result.add(line));
      return keys.map((key) => result.billed(key, firstDay));
    }),
  );
  for (const one of sums) expect(one).toEqual(sums[0]);
  expect(sums[0]?.filter((one) => one !== null).length).toBeGreaterThan(3);
});

test('a bill in another currency is used only where what would show it agrees', () => {
  const one = (assets: number, differing: number, differences = differing): BillDay => ({
    ...{ day: spanOf(firstDay), skipped: null, metric: 'list', missing: [], notes: [] },
    ...{ compared: 50, significant: { assets, differing }, resolutions: [0.01, 0.01] },
    differences: Array.from({ length: differences }, (_, at) => ({
      ...{
        key: [`i-${at}`, 'Compute'] as const,
        expected: 2,
        actual: 1,
        resolution: 0.01,
        causes: [],
      },
    })),
  });
  const check = (...days: BillDay[]) => checkCurrency('EUR', null, days);
  expect(() => check(one(10, 4))).not.toThrow();
  expect(() => check(one(10, 0))).not.toThrow();
  expect(() => check(one(10, 5))).toThrow('the bill is in EUR, and most assets differ (5 of 10 ');
  expect(() => check(one(10, 1), one(10, 9))).toThrow('(10 of 20 ');
  // 50 assets that cost next to nothing agree at any rate
  expect(() => check(one(0, 0, 1))).toThrow(
    'and no asset costs enough to show a rate of exchange: the server',
  );
  expect(() => checkCurrency('EUR', 'EUR', [one(10, 9)])).not.toThrow();
  expect(() => checkCurrency('USD', null, [one(10, 9)])).not.toThrow();
  expect(() => checkCurrency(null, null, [one(10, 9)])).not.toThrow();
});

test('a line over midnight is shared between its days', () => {
  const sums = new BillSums(['Compute\ti-1'], [spanOf(firstDay), spanOf(firstDay + day)]);
  const costs = { list: 4, net: 4, amortized: 4, amortizedNet: 4 };
  sums.add({
    ...{
      resource: new Resource('i-1'),
      provider: 'aws',
      category: 'Compute',
      costs,
      hours: 4,
      currency: 'USD',
      account: '',
    },
    ...{ start: firstDay + day * 0.875, end: firstDay + day * 0.875 + 4 * 3_600_000 },
    ...{ isExtra: false, exclusion: null },
  });
  expect(sums.billed('Compute\ti-1', firstDay)).toMatchObject({ hours: 3, costs: { net: 3 } });
  expect(sums.billed('Compute\ti-1', firstDay + day)).toMatchObject({
    hours: 1,
    costs: { net: 1 },
  });
});

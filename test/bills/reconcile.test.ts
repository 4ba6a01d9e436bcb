import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { BillFile } from '../../src/bills/bill-file.ts';
import { BillSums, leftOutText } from '../../src/bills/bill-sums.ts';
import { BilledAssets } from '../../src/bills/billed-asset.ts';
import { readBill } from '../../src/bills/read-bill.ts';
import { reconcileBill } from '../../src/bills/reconcile.ts';
import { day } from '../../src/time.ts';
import { memoryFile } from './support/bill-files.ts';
import { assetOf, firstDay, type Machine, machinesOf, spanOf } from './support/machines.ts';
import {
  asCur2,
  azureRows,
  csvOf,
  curRows,
  focusRows,
  gcpRows,
  parquetOf,
  type Row,
} from './support/write-bill.ts';

type Write = (rows: readonly Row[]) => BillFile;
const formats: readonly (readonly [string, Machine['provider'], typeof curRows, Write])[] = [
  ['CUR 1 as gzip CSV', 'AWS', curRows, (rows) => memoryFile('cur.csv.gz', gzipSync(csvOf(rows)))],
  [
    'CUR 2.0 as Parquet',
    'AWS',
    curRows,
    (rows) => memoryFile('cur.parquet', parquetOf(asCur2(rows))),
  ],
  ['FOCUS as CSV of AWS', 'AWS', focusRows, (rows) => memoryFile('focus.csv', csvOf(rows, '\r\n'))],
  [
    'FOCUS as Parquet of Azure',
    'Azure',
    focusRows,
    (rows) => memoryFile('f.parquet', parquetOf(rows)),
  ],
  ['FOCUS as CSV of GCP', 'GCP', focusRows, (rows) => memoryFile('focus.csv', csvOf(rows))],
  [
    'Azure cost details',
    'Azure',
    azureRows,
    (rows) => memoryFile('az.csv', `\uFEFF${csvOf(rows)}`),
  ],
  ['GCP detailed export', 'GCP', gcpRows, (rows) => memoryFile('gcp.csv', csvOf(rows))],
];

const days = [firstDay, firstDay + day];

/** AssetReconciliation of two days whose assets cost what `basis` says against a written bill. */
async function reconcile(
  assets: readonly Machine[],
  files: readonly BillFile[],
  basis: 'list' | 'paid',
) {
  const perDay = days.map((start) => {
    const collected = new BilledAssets();
    for (const machine of assets) collected.add(assetOf(machine, basis));
    return { day: spanOf(start), assets: collected };
  });
  const keys = new Set(perDay.flatMap((one) => one.assets.keys()));
  const sums = new BillSums(keys, days.map(spanOf));
  for (const file of files) await readBill(file, (line) => sums.add(line));
  const options = { metric: null, isEstimate: basis === 'list', roundingError: 5e-7 };
  return { days: reconcileBill(perDay, sums, options), sums };
}

describe.each(formats)('%s', (_, provider, rowsOf, write) => {
  const bill = (machines: readonly Machine[]) =>
    write(days.flatMap((start) => rowsOf(machines, start)));

  test.each(['list', 'paid'] as const)(
    'a bill of the same machines has no difference, at %s cost',
    async (basis) => {
      for (let seed = 1; seed <= 5; seed++) {
        const machines = machinesOf(provider, seed);
        const { days: results } = await reconcile(machines, [bill(machines)], basis);
        for (const one of results) {
          expect(one).toMatchObject({ skipped: null, differences: [], missing: [] });
          expect(one.compared).toBe(machines.length);
        }
      }
    },
  );

  test('a price that differs is found at its machine and to the cent', async () => {
    const machines = machinesOf(provider, 3);
    const node = machines[4];
    if (!node) throw new Error('no machine');
    const priced = machines.map((machine) =>
      machine === node ? { ...node, list: node.list * 1.5, paid: node.paid * 1.5 } : machine,
    );
    const { days: results } = await reconcile(machines, [bill(priced)], 'paid');
    for (const { differences } of results) {
      expect(differences).toHaveLength(1);
      expect(differences[0]?.key[0]).toBe(node.providerID);
      expect(differences[0]?.actual).toBeCloseTo(24 * node.paid, 6);
      expect(differences[0]?.expected).toBeCloseTo(36 * node.paid, 6);
    }
  });

  test('a machine without a line is missing, one without an asset is left out and counted', async () => {
    const machines = machinesOf(provider, 4);
    const { days: results, sums } = await reconcile(
      machines.slice(1),
      [bill(machines.slice(0, -1))],
      'list',
    );
    for (const { missing, differences } of results) {
      expect(missing.map(({ key }) => key[0])).toEqual([machines.at(-1)?.providerID]);
      expect(differences).toEqual([]);
    }
    const other = sums.leftOut().find(({ reason }) => reason === 'other-resource');
    expect(other && leftOutText(other)).toMatch(
      /^resources that are not assets of this server: \d+ lines, [1-9]\d*\.\d\d$/,
    );
  });
});

test('hours that differ are told apart from a price that differs', async () => {
  const machines = machinesOf('AWS', 7);
  const node = machines[0];
  if (!node) throw new Error('no machine');
  const shorter = machines.map((one) => (one === node ? { ...node, hours: 18 } : one));
  const file = memoryFile('cur.csv', csvOf(days.flatMap((start) => curRows(shorter, start))));
  const { days: results } = await reconcile(machines, [file], 'list');
  const [difference] = results[0]?.differences ?? [];
  expect(difference?.key[0]).toBe(node.providerID);
  expect(difference?.causes.map(({ code }) => code)).toEqual(['hours']);
  expect(difference?.causes[0]?.amount).toBeCloseTo(6 * node.list, 6);
});

test('a file that is given twice is said to be', async () => {
  const machines = machinesOf('AWS', 8);
  const file = memoryFile('cur.csv', csvOf(days.flatMap((start) => curRows(machines, start))));
  const { days: results } = await reconcile(machines, [file, file], 'paid');
  expect(results[0]?.differences).toHaveLength(machines.length);
  for (const { causes } of results[0]?.differences ?? []) expect(causes[0]?.code).toBe('double');
});

test('a day that the bill covers in part is skipped', async () => {
  const machines = machinesOf('AWS', 9);
  const rows = days.flatMap((start) => curRows(machines, start));
  const early = rows.filter((row) => String(row['lineItem/UsageStartDate']) < '2026-10-06T14');
  const { days: results } = await reconcile(
    machines,
    [memoryFile('cur.csv', csvOf(early))],
    'list',
  );
  expect(results.map(({ skipped }) => skipped)).toEqual([
    null,
    expect.stringContaining('the bill ends at 2026-10-06T13'),
  ]);
});

test('an Azure bill without machine names is compared by scale set', async () => {
  const machines = machinesOf('Azure', 11);
  const rows = days
    .flatMap((start) => azureRows(machines, start))
    .map((row) => ({ ...row, AdditionalInfo: '' }));
  const { days: results } = await reconcile(machines, [memoryFile('az.csv', csvOf(rows))], 'paid');
  for (const one of results)
    expect(one).toMatchObject({ differences: [], missing: [], skipped: null });
});

test('an Azure export of actual costs has no cost of what commitments cover: not compared', async () => {
  const machines = machinesOf('Azure', 5);
  const covered = machines.filter(({ kind }) => kind === 'reserved' || kind === 'savings-plan');
  const rows = days
    .flatMap((start) => azureRows(machines, start))
    .map((row) =>
      /^(Reservation|SavingsPlan)$/.test(String(row['PricingModel']))
        ? { ...row, CostInBillingCurrency: 0 }
        : row,
    );
  const { days: results } = await reconcile(machines, [memoryFile('az.csv', csvOf(rows))], 'paid');
  expect(covered.length).toBeGreaterThan(0);
  for (const { differences, compared, notes } of results) {
    expect(differences).toEqual([]);
    expect(compared).toBe(machines.length - covered.length);
    expect(notes.join()).toContain(
      `${covered.length} assets whose bill lines have no amortized net cost; use an amortized export`,
    );
  }
});

test('two days that cancel are a shift of the day, not of the price', async () => {
  const machines = machinesOf('GCP', 12, 3);
  const moved = machines.map((machine) => ({ ...machine, hours: 16 }));
  const late = machines.map((machine) => ({ ...machine, hours: 8 }));
  const rows = [
    ...gcpRows(moved, firstDay),
    ...gcpRows(machines, firstDay + day),
    ...gcpRows(late, firstDay + day),
  ];
  const { days: results } = await reconcile(machines, [memoryFile('gcp.csv', csvOf(rows))], 'list');
  for (const { differences } of results) {
    expect(differences.length).toBeGreaterThan(0);
    for (const { causes } of differences)
      expect(causes.map(({ code }) => code)).toEqual(['day-shift']);
  }
});

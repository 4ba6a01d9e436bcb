import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BillFile } from '../../src/bills/bill-file.ts';
import { BillSums } from '../../src/bills/bill-sums.ts';
import { BilledAssets } from '../../src/bills/billed-asset.ts';
import { readBill } from '../../src/bills/read-bill.ts';
import { reconcileBill } from '../../src/bills/reconcile.ts';
import type { Charge } from '../../src/demo/bill-files/charge.ts';
import { type BillFormatName, billFormatNames } from '../../src/demo/bill-files/format-names.ts';
import { billFormats } from '../../src/demo/bill-files/formats.ts';
import { chargesOf } from '../../src/demo/bill-files/world-charges.ts';
import { assetTotal } from '../../src/demo/build/asset.ts';
import { noFaults } from '../../src/demo/fault-plan.ts';
import { dayOf } from '../../src/demo/time.ts';
import { day, hour } from '../../src/time.ts';
import { kubecostOf, noon, stoppedClock } from '../demo/support/in-process.ts';
import { memoryFile } from './support/bill-files.ts';
import { spanOf } from './support/machines.ts';
import { csvOf, parquetOf, type Row } from './support/write-bill.ts';

/** `npm run fuzz` raises it. */
const numRuns = Math.ceil(Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000) / 100);

const encodings = {
  csv: (rows: readonly Row[]) => memoryFile('bill.csv', csvOf(rows)),
  'Windows csv with a byte order mark': (rows: readonly Row[]) =>
    memoryFile('bill.csv', `\uFEFF${csvOf(rows, '\r\n')}`),
  gzip: (rows: readonly Row[]) => memoryFile('bill.csv.gz', gzipSync(csvOf(rows))),
  Parquet: (rows: readonly Row[]) => memoryFile('bill.parquet', parquetOf(rows)),
  'csv with its columns reversed': (rows: readonly Row[]) =>
    memoryFile(
      'bill.csv',
      csvOf(rows.map((row) => Object.fromEntries(Object.entries(row).reverse()))),
    ),
} as const;
type Encoding = keyof typeof encodings;

const days = [dayOf(noon) - 4 * day, dayOf(noon) - 3 * day];

interface Case {
  readonly seed: number;
  readonly as: 'opencost' | 'kubecost-2';
  readonly format: BillFormatName;
  readonly encoding: Encoding;
}

const cases = fc.record({
  seed: fc.nat(),
  as: fc.constantFrom('opencost', 'kubecost-2'),
  format: fc.constantFrom(...billFormatNames),
  encoding: fc.constantFrom(...(Object.keys(encodings) as Encoding[])), // keys() widens to string
});

/** Assets and charges of a random world on two days, of the clouds that the format lists. */
function worldOf({ seed, as, format }: Case) {
  const { kubecost } = kubecostOf(
    { seed, as, clusters: 3, nodes: 9, pods: 60, days: 6 },
    stoppedClock(),
  );
  const { providers } = billFormats[format];
  return days.map((start) => {
    const set = kubecost.pipeline.set('day', start, noon);
    if (!set) throw new Error('there is no such set');
    const assets = new BilledAssets();
    for (const asset of kubecost.stores.assets(set)) {
      const { type, properties, adjustment, start, end } = asset;
      if (type === 'Cloud' || type === 'Network') continue;
      const minutes = (end - start) / 60_000;
      const account = properties.provider === 'GCP' ? properties.project : properties.account;
      const identity = { ...properties, account };
      assets.add({ type, ...identity, adjustment, minutes, totalCost: assetTotal(asset) });
    }
    const charges = [...chargesOf(kubecost.world, set, noFaults)].filter(({ provider }) =>
      providers.some((one) => one === provider),
    );
    return { day: spanOf(start), assets, charges };
  });
}

type Day = ReturnType<typeof worldOf>[number];

async function reconcile(one: Case, world: readonly Day[], files: readonly BillFile[]) {
  const keys = new Set(world.flatMap(({ assets }) => assets.keys()));
  const sums = new BillSums(
    keys,
    world.map((each) => each.day),
  );
  for (const file of files) await readBill(file, (line) => sums.add(line));
  const isEstimate = one.as === 'opencost';
  return reconcileBill(world, sums, { metric: null, isEstimate, roundingError: 5e-7 });
}

function billOf(one: Case, world: readonly Day[]): BillFile {
  const rows = world.flatMap(({ day: { start }, charges }) => [
    ...billFormats[one.format].rows(charges, start),
  ]);
  return encodings[one.encoding](rows);
}

const fuzz = (check: (one: Case, random: number) => Promise<void>) =>
  fc.assert(fc.asyncProperty(cases, fc.nat(), check), { numRuns });

/** A charge that has a line of its own in the bill and an asset in the store, and costs something. */
function pick({ charges }: Day, random: number): Charge {
  const own = charges.filter(
    ({ type, list, paid, start, end }) =>
      type === 'Node' && list > 0.5 && paid > 0.5 && end - start >= 6 * hour,
  );
  const found = own[random % own.length];
  if (!found) throw new Error('no node costs enough');
  return found;
}

/** The world with another bill; `null` leaves a charge out. */
function changed(
  world: readonly Day[],
  target: Charge,
  change: (charge: Charge) => Charge | null,
): Day[] {
  return world.map((each) => ({
    ...each,
    charges: each.charges.flatMap((charge) =>
      charge === target ? (change(charge) ?? []) : charge,
    ),
  }));
}

const timeout = 60_000 + numRuns * 2000;
const idOf = (charge: Charge) => charge.billId.split('/').at(-1)?.toLowerCase() ?? '';

describe('the bill of a random world, in every format and encoding', () => {
  test('has no difference from its assets', { timeout }, () =>
    fuzz(async (one) => {
      const world = worldOf(one);
      for (const result of await reconcile(one, world, [billOf(one, world)])) {
        expect(result).toMatchObject({ skipped: null, differences: [], missing: [] });
        expect(result.compared).toBeGreaterThan(4);
      }
    }),
  );

  test(
    'with one price of its own differs by that, to the cent, and nowhere else',
    {
      timeout,
    },
    () =>
      fuzz(async (one, random) => {
        const world = worldOf(one);
        const target = pick(world[0] as Day, random); // two days
        const bill = changed(world, target, (charge) => ({
          ...charge,
          list: charge.list * 1.1,
          paid: charge.paid * 1.1,
        }));
        const [first, second] = await reconcile(one, world, [billOf(one, bill)]);
        expect(second).toMatchObject({ differences: [], missing: [] });
        expect(first?.missing).toEqual([]);
        expect(first?.differences).toHaveLength(1);
        const [difference] = first?.differences ?? [];
        expect(difference?.key[0].toLowerCase()).toContain(idOf(target));
        const amount = (one.as === 'opencost' ? target.list : target.paid) * -0.1;
        expect((difference?.actual ?? 0) - (difference?.expected ?? 0)).toBeCloseTo(amount, 4);
        const causes = difference?.causes.reduce((sum, cause) => sum + cause.amount, 0);
        expect(causes).toBeCloseTo(amount, 4);
      }),
  );

  test('without the lines of a node misses that node', { timeout }, () =>
    fuzz(async (one, random) => {
      const world = worldOf(one);
      const target = pick(world[0] as Day, random); // two days
      const bill = changed(world, target, () => null);
      const [first, second] = await reconcile(one, world, [billOf(one, bill)]);
      expect(second).toMatchObject({ differences: [], missing: [] });
      expect(first?.differences).toEqual([]);
      expect(first?.missing.map(({ key }) => key[0].toLowerCase())).toEqual([
        expect.stringContaining(idOf(target)),
      ]);
    }),
  );

  test('with fewer hours of a node differs by these hours', { timeout }, () =>
    fuzz(async (one, random) => {
      const world = worldOf(one);
      const target = pick(world[0] as Day, random); // two days
      const kept = (target.end - target.start - 3 * hour) / (target.end - target.start);
      const bill = changed(world, target, (charge) => ({
        ...charge,
        start: charge.start + 3 * hour,
        list: charge.list * kept,
        paid: charge.paid * kept,
      }));
      const [first] = await reconcile(one, world, [billOf(one, bill)]);
      expect(first?.differences).toHaveLength(1);
      const [difference] = first?.differences ?? [];
      const whole = one.as === 'opencost' ? target.list : target.paid;
      expect((difference?.actual ?? 0) - (difference?.expected ?? 0)).toBeCloseTo(
        whole * (1 - kept),
        4,
      );
      // Google's lines of cores and memory have no hours of the machine
      const isTimed = target.provider !== 'GCP' || one.format === 'focus';
      if (isTimed) expect(difference?.causes[0]?.code).toBe('hours');
    }),
  );

  test('given twice is doubled for every asset', { timeout }, () =>
    fuzz(async (one) => {
      const world = worldOf(one);
      const file = billOf(one, world);
      for (const { differences, compared } of await reconcile(one, world, [file, file])) {
        expect(differences.length).toBeGreaterThan(compared / 2);
        for (const { causes } of differences) {
          expect(causes.map(({ code }) => code)).toEqual(['double']);
        }
      }
    }),
  );
});

import { expect, test } from 'vitest';
import { BillSums } from '../../src/bills/bill-sums.ts';
import { type BilledAsset, BilledAssets } from '../../src/bills/billed-asset.ts';
import { readBill } from '../../src/bills/read-bill.ts';
import { reconcileBill } from '../../src/bills/reconcile.ts';
import { memoryFile } from './support/bill-files.ts';
import { assetOf, firstDay, machinesOf, spanOf } from './support/machines.ts';
import { csvOf, curRows, type Row } from './support/write-bill.ts';

const machines = machinesOf('AWS', 31);
const node = machines.find(
  ({ type, list, kind }) => type === 'Node' && list > 0.5 && kind !== 'spot',
);
if (!node) throw new Error('no node costs enough');
const rows = curRows(machines, firstDay);
const own = rows.find((row) => row['lineItem/ResourceId'] === node.billId) ?? {};

/** The first day, with these assets and lines. */
async function compared(
  assets: readonly BilledAsset[],
  lines: readonly Row[],
  isEstimate: boolean,
) {
  const collected = new BilledAssets();
  for (const asset of assets) collected.add(asset);
  const day = spanOf(firstDay);
  const sums = new BillSums(collected.keys(), [day]);
  await readBill(memoryFile('cur.csv', csvOf(lines)), (line) => sums.add(line));
  const options = { metric: null, isEstimate, roundingError: 5e-7 };
  const [result] = reconcileBill([{ day, assets: collected }], sums, options);
  if (!result) throw new Error('no day');
  return result;
}

const listed = machines.map((machine) => assetOf(machine, 'list'));
const paid = machines.map((machine) => assetOf(machine, 'paid'));
const withNode = (assets: readonly BilledAsset[], change: Partial<BilledAsset>) =>
  assets.map((asset) => (asset.providerID === node.providerID ? { ...asset, ...change } : asset));

test('software on a node is another charge on the same resource', async () => {
  const software: Row = {
    ...own,
    ...{ 'lineItem/LineItemType': 'Usage', 'lineItem/UsageType': 'SoftwareUsage:m5.large' },
    ...{ 'lineItem/UnblendedCost': 5, 'pricing/publicOnDemandCost': null },
  };
  const { differences } = await compared(listed, [...rows, software], true);
  expect(differences.map(({ key: [id] }) => id)).toEqual([node.providerID]);
  expect(differences[0]?.causes).toMatchObject([{ code: 'other-charges', amount: -5 }]);
});

test('an asset without an adjustment on a reconciled day was not reconciled', async () => {
  const totalCost = node.paid * node.hours + 1;
  const { differences } = await compared(withNode(paid, { totalCost, adjustment: 0 }), rows, false);
  expect(differences.map(({ key: [id] }) => id)).toEqual([node.providerID]);
  expect(differences[0]?.causes.map(({ code }) => code)).toEqual(['not-reconciled']);
  expect(differences[0]?.causes[0]?.amount).toBeCloseTo(1, 6);
});

test('several assets of one provider ID share its lines', async () => {
  const [balancer] = listed.filter(({ type }) => type === 'LoadBalancer');
  if (!balancer) throw new Error('no balancer');
  const assets = [...listed, { ...balancer, name: 'another' }];
  const { differences } = await compared(assets, rows, true);
  expect(differences.map(({ causes }) => causes.map(({ code }) => code))).toEqual([['ambiguous']]);
});

test('an account that the bill does not have is one finding, not one for each of its assets', async () => {
  const assets = [1, 2, 3].map((i) => ({
    ...assetOf(node, 'list'),
    ...{ name: `n${i}`, providerID: `i-00${i}`, account: '555' },
  }));
  const { missing } = await compared([...listed, ...assets], rows, true);
  expect(missing).toHaveLength(1);
  expect(missing[0]?.key).toEqual(['555', 'account']);
  expect(missing[0]?.description).toMatch(/^the bill has no line of account 555: 3 assets, /);
});

test('a monthly bill is not compared with days', async () => {
  const monthly = rows.map((row) => ({
    ...row,
    'lineItem/UsageEndDate': '2026-11-01T00:00:00Z',
  }));
  const { skipped } = await compared(listed, monthly, true);
  expect(skipped).toMatch(/^most lines of the bill cover more than a day; export it with daily/);
});

test('a discount is part of what a resource costs, and of no list price', async () => {
  const discount: Row = {
    ...own,
    ...{ 'lineItem/LineItemType': 'EdpDiscount', 'lineItem/UnblendedCost': -0.5 },
    ...{ 'lineItem/UsageAmount': 0, 'reservation/EffectiveCost': null },
    'savingsPlan/SavingsPlanEffectiveCost': null,
  };
  const lines = [...rows, discount];
  expect((await compared(listed, lines, true)).differences).toEqual([]);
  const totalCost = node.paid * node.hours - 0.5;
  const reconciled = await compared(withNode(paid, { totalCost }), lines, false);
  expect(reconciled).toMatchObject({ differences: [], compared: machines.length });
});

test('what can have no line is counted by reason, with its cost, and is no finding', async () => {
  const base = assetOf(node, 'list');
  const assets: BilledAsset[] = [
    { ...base, type: 'Disk', category: 'Storage', name: 'boot', totalCost: 2 },
    { ...base, type: 'LoadBalancer', category: 'Network', name: 'a', providerID: 'k8s' },
    { ...base, type: 'LoadBalancer', category: 'Network', name: 'b', providerID: '10.0.0.1' },
    { ...base, type: 'ClusterManagement', category: 'Management', name: 'c', providerID: '' },
    { ...base, name: 'd', providerID: '' },
  ];
  const { missing, differences, notes } = await compared([...listed, ...assets], rows, true);
  expect([missing, differences]).toEqual([[], []]);
  const text = notes.join('\n');
  expect(text).toMatch(/^not compared: 1 asset \(2\.00\), each is a boot disk, /m);
  for (const reason of [
    'stands for several',
    'known by its address',
    'management',
    'no provider ID',
  ]) {
    expect(text).toContain(reason);
  }
});

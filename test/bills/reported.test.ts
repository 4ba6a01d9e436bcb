import { expect, test } from 'vitest';
import { BillSums } from '../../src/bills/bill-sums.ts';
import { BilledAssets } from '../../src/bills/billed-asset.ts';
import { readBill } from '../../src/bills/read-bill.ts';
import { reconcileBill } from '../../src/bills/reconcile.ts';
import { memoryFile } from './support/bill-files.ts';
import { assetOf, firstDay, machinesOf, spanOf } from './support/machines.ts';
import { azureRows, csvOf, focusRows, type Row } from './support/write-bill.ts';

/** Bills as they were described in public reports: other headers, dates and lines. */

const azure = machinesOf('Azure', 21);
const aws = machinesOf('AWS', 21);
const details = azureRows(azure, firstDay);
const focus = focusRows(aws, firstDay);

function renamed(rows: readonly Row[], names: Readonly<Record<string, string>>): Row[] {
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [names[name] ?? name, value])),
  );
}

const camelCase = Object.fromEntries(
  Object.keys(details[0] ?? {})
    .filter((name) => name !== 'SubscriptionId' && name !== 'ResourceId')
    .map((name) => [name, name.charAt(0).toLowerCase() + name.slice(1)]),
);

const german = {
  Date: 'UsageDateTime (UsageDateTime)',
  SubscriptionId: 'Abonnement-GUID (SubscriptionGuid)',
  ResourceId: 'InstanceId (InstanceId)',
  MeterCategory: 'Kategorie der Verbrauchseinheit (MeterCategory)',
  UnitOfMeasure: 'Maßeinheit (UnitOfMeasure)',
  Quantity: 'UsageQuantity (UsageQuantity)',
  CostInBillingCurrency: 'PreTaxCost (PreTaxCost)',
  AdditionalInfo: 'Zusätzliche Informationen (AdditionalInfo)',
  BillingCurrency: 'Währung (Currency)',
};

const isoDates = (rows: readonly Row[]) => rows.map((row) => ({ ...row, Date: '2026-10-05' }));

/** A day that was billed too high, negated and billed again within the billing period. */
function corrected(rows: readonly Row[]): Row[] {
  const costs = ['ListCost', 'BilledCost', 'EffectiveCost', 'ConsumedQuantity'] as const;
  const times = (row: Row, factor: number): Row => ({
    ...row,
    ...Object.fromEntries(costs.map((name) => [name, Number(row[name]) * factor])),
  });
  const [first, ...others] = rows;
  return first ? [times(first, 3), times(first, -3), first, ...others] : [];
}

const unusedSavingsPlan: Row = {
  ...focus[0],
  CommitmentDiscountId: '/providers/Microsoft.BillingBenefits/savingsPlanOrders/1',
  CommitmentDiscountStatus: 'Unused',
  ListCost: 0,
  EffectiveCost: 7,
  ConsumedQuantity: 0,
  ConsumedUnit: 'Units',
};

test.each<[string, typeof aws, readonly Row[]]>([
  [
    'kubecost#1526: a German header with the English names in brackets',
    azure,
    renamed(isoDates(details), german),
  ],
  [
    'kubecost#917: dates as MM/DD/YYYY',
    azure,
    details.map((row) => ({ ...row, Date: '10/05/2026' })),
  ],
  ['focus_converters#253: a camel case header', azure, renamed(details, camelCase)],
  [
    'finops-toolkit#779: columns that FOCUS 1.0 does not have, an account as a path',
    aws,
    focus.map((row) => ({
      ...row,
      BillingAccountId: '/providers/Microsoft.Billing/billingAccounts/1',
      BillingAccountType: 'Billing Profile',
      SubAccountType: 'Subscription',
    })),
  ],
  [
    'finops-toolkit#834: unused savings plans without a list cost',
    aws,
    [...focus, unusedSavingsPlan],
  ],
  ['FOCUS_Spec#1434: lines negated and billed again within the period', aws, corrected(focus)],
  [
    'FOCUS_Spec#1434: empty cells as (null)',
    aws,
    focus.map((row) => ({ ...row, ChargeClass: row['ChargeClass'] ?? '(null)' })),
  ],
])('%s', async (_, machines, rows) => {
  const assets = new BilledAssets();
  for (const machine of machines) assets.add(assetOf(machine, 'paid'));
  const sums = new BillSums(assets.keys(), [spanOf(firstDay)]);
  await readBill(memoryFile('bill.csv', `\uFEFF${csvOf(rows)}`), (line) => sums.add(line));
  const options = { metric: null, isEstimate: false, roundingError: 5e-7 };
  const [result] = reconcileBill([{ day: spanOf(firstDay), assets }], sums, options);
  expect(result).toMatchObject({ skipped: null, differences: [], missing: [] });
  expect(result?.compared).toBe(machines.length);
});

import { expect, test } from 'vitest';
import { auditOf, node } from '../../../support/rows.ts';

/** The audit of one asset of 5 dollars against one line of a bill. */
function reconciled(providerID: string, bill: { providerID: string; cost: number }) {
  const assets = [node({ providerID, cpuCost: 5 })];
  const bills = [{ ...bill, category: 'Compute' }];
  return auditOf('AuditAssetReconciliation', { assets, bills });
}

test('an asset that costs what its bill says passes', () => {
  const audit = reconciled('i-1', { providerID: 'i-1', cost: 5 });
  expect(audit).toMatchObject({ status: 'Passed', differences: [], missing: [] });
});

test('an asset that costs something else fails, one without a bill is missing', () => {
  expect(reconciled('i-1', { providerID: 'i-1', cost: 6 })).toMatchObject({
    status: 'Failed',
    differences: [{ key: ['i-1', 'Compute'], expected: 6, actual: 5 }],
  });
  expect(reconciled('i-1', { providerID: 'i-2', cost: 5 })).toMatchObject({
    status: 'Warning',
    missing: [{ key: ['i-1', 'Compute'] }],
  });
});

test('where no asset can be found on the bill, nothing has passed', () => {
  expect(reconciled('', { providerID: 'i-1', cost: 5 })).toMatchObject({
    status: 'Skipped',
    resolution: null,
    description:
      'there was nothing to compare; 1 asset has no providerID to find a bill by (5.00 total); 1 billed resource has no asset (5.00 total)',
  });
});

import { expect, test } from 'vitest';
import { AuditWindow } from '../../../../src/audits/local/audit-window.ts';
import type { Audit } from '../../../../src/audits/schema.ts';
import { assetRow } from '../../../../src/demo/audits/rows.ts';

const start = Date.UTC(2026, 2, 7);
const end = Date.UTC(2026, 2, 8);

/** The audit of one asset of 5 dollars against one line of a bill. */
function reconciled(asset: { providerID: string }, bill: { providerID: string; cost: number }) {
  const day = new AuditWindow(
    { start, end },
    {
      types: ['AuditAssetReconciliation'],
      scope: {
        product: 'kubecost',
        clampsIdle: false,
        properties: [],
        cluster: null,
        hourly: false,
      },
      tolerance: null,
      now: Date.UTC(2026, 2, 14),
      includeUnsettled: false,
    },
  );
  const category = 'Compute';
  const names = { provider: '', account: '', project: '', service: '', cluster: 'c', name: 'n' };
  const properties = { ...names, ...asset, category };
  const money = { cost: 5, adjustment: 0, credit: 0 };
  const row = assetRow({ type: 'Node', properties, labels: {}, start, end, ...money });
  day.intake('assets').asset?.(row);
  day.intake('bills').bill?.({ ...bill, category });
  for (const question of day.questions) day.answered(question, 'rows');
  const [audit] = day.audits('');
  return audit satisfies Audit | undefined;
}

test('an asset that costs what its bill says passes', () => {
  const audit = reconciled({ providerID: 'i-1' }, { providerID: 'i-1', cost: 5 });
  expect(audit).toMatchObject({ status: 'Passed', differences: [], missing: [] });
});

test('an asset that costs something else fails, one without a bill is missing', () => {
  expect(reconciled({ providerID: 'i-1' }, { providerID: 'i-1', cost: 6 })).toMatchObject({
    status: 'Failed',
    differences: [{ key: ['i-1', 'Compute'], expected: 6, actual: 5 }],
  });
  expect(reconciled({ providerID: 'i-1' }, { providerID: 'i-2', cost: 5 })).toMatchObject({
    status: 'Warning',
    missing: [{ key: ['i-1', 'Compute'] }],
  });
});

test('where no asset can be told on the bill, nothing has passed', () => {
  expect(reconciled({ providerID: '' }, { providerID: 'i-1', cost: 5 })).toMatchObject({
    status: 'Skipped',
    resolution: null,
    description:
      'there was nothing to compare; assets without a providerID to find their bill by: 1, 5.00 in all; 1 billed without an asset, 5.00 in all',
  });
});

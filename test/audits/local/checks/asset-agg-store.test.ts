import { expect, test } from 'vitest';
import { asset, auditOf, node } from '../../../support/rows.ts';

const assets = [
  node({ name: 'n1', cpuCost: 8 }),
  node({ name: 'n2', cpuCost: 4 }),
  asset({ name: 'd1', totalCost: 1 }),
];

function audited(byType: Readonly<Record<string, number>>, rows = assets) {
  const aggregates = { 'assets by type': byType };
  return auditOf('AuditAssetAggStore', { assets: rows, aggregates }, { assetProperties: ['type'] });
}

test('the sums of the rows are those of the store', () => {
  expect(audited({ Node: 12, Disk: 1 })).toMatchObject({ status: 'Passed', differences: [] });
});

test('a stale sum is a difference under its property and value', () => {
  expect(audited({ Node: 10, Disk: 1 })).toMatchObject({
    status: 'Failed',
    differences: [{ key: ['type', 'Node'], expected: 12, actual: 10, delta: -2 }],
    missing: [],
  });
});

test('a value that one side lacks is missing', () => {
  expect(audited({ Node: 12 })).toMatchObject({
    status: 'Warning',
    missing: [{ key: ['type', 'Disk'] }],
  });
  expect(audited({ Node: 12, Disk: 1, Network: 3 })).toMatchObject({
    status: 'Warning',
    missing: [{ key: ['type', 'Network'] }],
  });
});

test('OpenCost aggregates no assets', () => {
  const aggregates = { 'assets by type': {} };
  expect(
    auditOf('AuditAssetAggStore', { assets, aggregates }, { product: 'opencost' }).status,
  ).toBe('Skipped');
});

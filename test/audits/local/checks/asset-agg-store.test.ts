import { describe, expect, test } from 'vitest';
import type { AssetCosts } from '../../../../src/costs/rows.ts';
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

describe('parts of a key with one asset', () => {
  const paid = node({
    name: 'n1',
    cpuCost: 8,
    ramCost: 2,
    gpuCost: 3,
    discount: 0.5,
    adjustment: -1,
  });
  const disk = asset({ name: 'd1', totalCost: 1, adjustment: 0.25 });
  const management = asset({ name: 'm', type: 'ClusterManagement', totalCost: 2 });
  const noCosts = {
    cpuCost: Number.NaN,
    ramCost: Number.NaN,
    gpuCost: Number.NaN,
    discount: Number.NaN,
  };

  function parts(changes: Partial<AssetCosts>, ofDisk: Partial<AssetCosts> = {}) {
    const { type, cpuCost, ramCost, gpuCost, discount, adjustment } = paid;
    const printed = { type, cpuCost, ramCost, gpuCost, discount, adjustment };
    const aggregates = {
      'assets by providerid': [
        { name: 'i-n1', totalCost: 7, costs: null, asset: { ...printed, ...changes } },
        {
          name: 'i-d1',
          totalCost: 1,
          costs: null,
          asset: { type: 'Disk', ...noCosts, adjustment: 0.25, ...ofDisk },
        },
        {
          name: 'i-m',
          totalCost: 2,
          costs: null,
          asset: { type: 'ClusterManagement', ...noCosts, adjustment: 7 },
        },
      ],
    };
    return auditOf(
      'AuditAssetAggStore',
      { assets: [paid, disk, management], aggregates },
      { assetProperties: ['providerid'] },
    );
  }

  test('that are those of the asset pass', () => {
    expect(parts({})).toMatchObject({ status: 'Passed', differences: [], description: '' });
  });

  test.each([
    ['cpuCost', { cpuCost: 8.5 }],
    ['ramCost', { ramCost: 1.5 }],
    ['gpuCost', { gpuCost: 0 }],
    ['discount', { discount: 0.49 }],
    ['adjustment', { adjustment: -0.5 }],
  ] as const)('that differ are a difference of their key: %s', (field, changes) => {
    const { status, differences } = parts(changes);
    expect(status).toBe('Failed');
    expect(differences.map(({ key }) => key)).toContainEqual(['providerid', 'i-n1', field]);
  });

  test('an adjustment of a disk is compared as well', () => {
    const { status, differences } = parts({}, { adjustment: 0.3 });
    expect(status).toBe('Failed');
    expect(differences).toMatchObject([
      { key: ['providerid', 'i-d1', 'adjustment'], expected: 0.25, actual: 0.3 },
    ]);
  });

  test('a part that is null cannot be compared', () => {
    expect(parts({ ramCost: Number.NaN }).status).toBe('Skipped');
  });

  test('of a key with several assets are not compared: some versions print those of one', () => {
    const rows = [paid, node({ name: 'n2', cpuCost: 4 })];
    const sum = { name: 'Node', totalCost: 11, costs: null, asset: paid };
    const audit = auditOf(
      'AuditAssetAggStore',
      { assets: rows, aggregates: { 'assets by type': [sum] } },
      { assetProperties: ['type'] },
    );
    expect(audit).toMatchObject({ status: 'Passed', differences: [] });
  });
});

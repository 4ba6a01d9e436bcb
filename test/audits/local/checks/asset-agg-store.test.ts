import { describe, expect, test } from 'vitest';
import type { AssetCosts, AssetRow } from '../../../../src/costs/rows.ts';
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

describe('components of a sum', () => {
  const nodes = [
    node({ name: 'n1', cpuCost: 8, ramCost: 2, discount: 0.5, adjustment: -1 }),
    node({ name: 'n2', cpuCost: 4, gpuCost: 3 }),
  ];
  const disk = asset({ name: 'd1', totalCost: 1, adjustment: 0.25 });
  const printed = {
    type: 'Node',
    cpuCost: 12,
    ramCost: 2,
    gpuCost: 3,
    // 5 of 14
    discount: 0.357143,
    adjustment: -1,
  };
  const total = 12 + 2 - 5 + 3 - 1;
  const ofDisks = { type: 'Disk', cpuCost: NaN, ramCost: NaN, gpuCost: NaN, discount: NaN };

  function components(
    changes: Partial<AssetCosts>,
    adjustment = 0.25,
    rows: readonly AssetRow[] = [...nodes, disk],
  ) {
    const aggregates = {
      'assets by type': [
        { name: 'Node', totalCost: total, costs: null, asset: { ...printed, ...changes } },
        { name: 'Disk', totalCost: 1, costs: null, asset: { ...ofDisks, adjustment } },
      ],
    };
    return auditOf(
      'AuditAssetAggStore',
      { assets: rows, aggregates },
      { assetProperties: ['type'] },
    );
  }

  test('that are those of its rows pass, the weighted discount included', () => {
    expect(components({})).toMatchObject({ status: 'Passed', differences: [], description: '' });
  });

  test.each([
    ['cpuCost', { cpuCost: 12.5 }],
    ['ramCost', { ramCost: 1.5 }],
    ['gpuCost', { gpuCost: 0 }],
    ['discount', { discount: 0.36 }],
    ['adjustment', { adjustment: -0.5 }],
  ] as const)('that differ are a difference of their key: %s', (field, changes) => {
    const { status, differences } = components(changes);
    expect(status).toBe('Failed');
    expect(differences.map(({ key }) => key)).toContainEqual(['type', 'Node', field]);
  });

  test('an adjustment of disks is compared as well', () => {
    const { status, differences } = components({}, 0.3);
    expect(status).toBe('Failed');
    expect(differences).toMatchObject([
      { key: ['type', 'Disk', 'adjustment'], expected: 0.25, actual: 0.3 },
    ]);
  });

  test('a component that is null cannot be compared', () => {
    expect(components({ ramCost: Number.NaN }).status).toBe('Skipped');
  });

  test('a sum of several types has no costs, and one with cluster management no adjustment', () => {
    const management = asset({ name: 'm', type: 'ClusterManagement', totalCost: 2 });
    const mixed = { ...ofDisks, type: '', adjustment: 7 };
    const audited = (rows: readonly AssetRow[]) => {
      const all = rows.reduce((sum, row) => sum + row.totalCost, 0);
      const row = { name: '__undefined__', totalCost: all, costs: null, asset: mixed };
      return auditOf(
        'AuditAssetAggStore',
        { assets: rows, aggregates: { 'assets by project': [row] } },
        { assetProperties: ['project'] },
      );
    };
    expect(audited([...nodes, management])).toMatchObject({ status: 'Passed', differences: [] });
    const { differences } = audited([...nodes, disk]);
    expect(differences.map(({ key }) => key.at(-1))).toEqual(['adjustment']);
  });
});

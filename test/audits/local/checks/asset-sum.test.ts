import { expect, test } from 'vitest';
import { asset, auditOf, node } from '../../../support/rows.ts';

const sum = (...rows: ReturnType<typeof asset>[]) => auditOf('CheckAssetSum', { assets: rows });

test('the discount of a node is taken off its CPU and RAM, not off its GPU', () => {
  const row = node({ cpuCost: 8, ramCost: 2, gpuCost: 5, discount: 0.3, adjustment: -1 });
  expect(row.totalCost).toBeCloseTo(11, 9);
  expect(sum(row)).toMatchObject({ status: 'Passed', differences: [] });
});

test('a node whose total forgets its discount fails by what the discount is worth', () => {
  const row = node({ cpuCost: 8, ramCost: 2, discount: 0.3, totalCost: 10 });
  expect(sum(row, node({ name: 'n2', cpuCost: 1 }))).toMatchObject({
    status: 'Failed',
    differences: [{ key: [row.name], expected: 7, actual: 10, delta: 3 }],
  });
});

test('other assets have no parts to compare', () => {
  const disk = asset({ type: 'Disk', cpuCost: 5, totalCost: 2 });
  expect(sum(node({ cpuCost: 1 }), disk).status).toBe('Passed');
});

test('an asset without a type, and a node without a cost, leave it undecided', () => {
  const nameless = asset({ type: '' });
  const unpriced = node({ name: 'n2', ramCost: Number.NaN, totalCost: 1 });
  for (const row of [nameless, unpriced]) {
    expect(sum(node({ cpuCost: 1 }), row)).toMatchObject({
      status: 'Skipped',
      description: expect.stringContaining(row.name),
    });
  }
});

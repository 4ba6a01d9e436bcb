import { expect, test } from 'vitest';
import { allocation, auditOf } from '../../../support/rows.ts';

const sum = (...rows: ReturnType<typeof allocation>[]) =>
  auditOf('CheckAllocationSum', { allocations: rows });

test('a total that is the sum of costs and adjustments passes', () => {
  const row = allocation({ cpuCost: 2, ramCost: 1, pvCost: 0.5, cpuCostAdjustment: -0.25 });
  expect(row.totalCost).toBe(3.25);
  expect(sum(row)).toMatchObject({ status: 'Passed', differences: [] });
});

test('the difference is that of the row whose parts do not add up', () => {
  const wrong = allocation({ pod: 'odd', cpuCost: 2, ramCost: 1, totalCost: 4 });
  expect(sum(allocation({ cpuCost: 2 }), wrong)).toMatchObject({
    status: 'Failed',
    differences: [{ key: [wrong.name], expected: 3, actual: 4, delta: 1 }],
  });
});

test('what rounding to five decimals can do is no difference', () => {
  const parts = { cpuCost: 1.00001, ramCost: 1.00001, gpuCost: 1.00001 };
  expect(sum(allocation({ ...parts, totalCost: 3.00004 })).status).toBe('Passed');
  expect(sum(allocation({ ...parts, totalCost: 3.00012 })).status).toBe('Failed');
});

test('a cost that is not known leaves the row undecided', () => {
  const row = allocation({ cpuCost: Number.NaN, totalCost: 1 });
  expect(sum(allocation({ pod: 'whole', cpuCost: 1 }), row)).toMatchObject({
    status: 'Skipped',
    differences: [],
    description: expect.stringContaining(`${row.name}: a cost that its sum needs is not known`),
  });
});

test('a network cost that is not the sum of its zone, region and internet parts', () => {
  const row = (networkParts: number | null) => allocation({ networkCost: 0.3, networkParts });
  // 0: the server does not split it
  for (const parts of [0.3, 0.300_02, null, 0]) {
    expect(auditOf('CheckAllocationSum', { allocations: [row(parts)] })).toMatchObject({
      status: 'Passed',
      differences: [],
    });
  }
  const { status, differences } = auditOf('CheckAllocationSum', { allocations: [row(0.2)] });
  expect(status).toBe('Failed');
  expect(differences).toMatchObject([
    { key: [expect.any(String), 'networkCost'], expected: 0.2, actual: 0.3 },
  ]);
  expect(auditOf('CheckAllocationSum', { allocations: [row(Number.NaN)] }).status).toBe('Skipped');
});

test('a volume cost that is not the sum of what the volumes cost', () => {
  const row = (...volumeCosts: number[]) =>
    allocation({ pvCost: 0.5, pvCostAdjustment: -0.1, pvByteHours: 1e9, volumeCosts });
  // as listed, with the adjustment, and not split
  for (const costs of [[0.2, 0.3], [0.2, 0.2], [0, 0], []]) {
    expect(auditOf('CheckAllocationSum', { allocations: [row(...costs)] }).status).toBe('Passed');
  }
  const { status, differences } = auditOf('CheckAllocationSum', { allocations: [row(0.2, 0.4)] });
  expect(status).toBe('Failed');
  expect(differences).toMatchObject([{ key: [expect.any(String), 'pvCost'], actual: 0.5 }]);
});

import { expect, test } from 'vitest';
import { allocation, auditOf, node } from '../../../support/rows.ts';

const type = 'CheckNegativeCost';

test('a cost below 0 fails, and names the row and the field', () => {
  const allocations = [allocation({ ramCost: -2 }), allocation({ pod: 'other', ramCost: 2 })];
  expect(auditOf(type, { assets: [node()], allocations })).toMatchObject({
    status: 'Failed',
    differences: [{ key: ['c1/n1/ns/pod/main', 'ramCost'], expected: 0, actual: -2 }],
  });
  expect(
    auditOf(type, { assets: [node({ gpuCost: -1 })], allocations: [allocation()] }),
  ).toMatchObject({
    status: 'Failed',
    differences: [{ expected: 0, actual: -1 }],
  });
});

test('idle and adjustments may be negative', () => {
  const idle = allocation({ name: 'c1/__idle__', cpuCost: -5 });
  const adjusted = allocation({ cpuCost: 2, cpuCostAdjustment: -3 });
  const assets = [node({ cpuCost: 2, adjustment: -3 })];
  expect(auditOf(type, { assets, allocations: [idle, adjusted] }).status).toBe('Passed');
});

test('a cost that is not known makes it Skipped, never Passed', () => {
  const allocations = [allocation({ cpuCost: Number.NaN })];
  expect(auditOf(type, { assets: [node()], allocations })).toMatchObject({
    status: 'Skipped',
    description: expect.stringContaining('cpuCost'),
  });
});

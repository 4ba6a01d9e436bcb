import { expect, test } from 'vitest';
import { allocation, auditOf, node } from '../../../support/rows.ts';

const type = 'AuditAllocationReconciliation';
const n1 = node({ name: 'n1', cpuCost: 10, cpuCoreHours: 100 });

test('allocations at the price of their node pass, at another price they fail', () => {
  const allocations = [allocation({ cpuCost: 4, cpuCoreHours: 40 })];
  expect(auditOf(type, { assets: [n1], allocations })).toMatchObject({ status: 'Passed' });
  const dear = [allocation({ cpuCost: 5, cpuCoreHours: 40 })];
  expect(auditOf(type, { assets: [n1], allocations: dear })).toMatchObject({
    status: 'Failed',
    differences: [
      { key: ['c1/n1', 'CPU'], expected: 4, actual: 5, causes: [{ code: 'price-ratio' }] },
    ],
  });
});

test('allocations on a node without an asset record are a missing value', () => {
  const allocations = [allocation({ node: 'n2', cpuCost: 4, cpuCoreHours: 40 })];
  expect(auditOf(type, { assets: [n1], allocations })).toMatchObject({
    status: 'Warning',
    missing: [{ key: ['c1/n2'] }],
  });
});

test('allocations on a virtual node are compared with its asset, and a remark without one', () => {
  const name = 'virtual-kubelet-aci';
  const virtual = allocation({ node: name, cpuCost: 4, cpuCoreHours: 40 });
  expect(auditOf(type, { assets: [n1], allocations: [virtual] })).toMatchObject({
    status: 'Passed',
    missing: [],
    description: '4.00 on 1 virtual node without an asset record',
  });
  const listed = node({ name, cpuCost: 20, cpuCoreHours: 100 });
  expect(auditOf(type, { assets: [listed], allocations: [virtual] }).status).toBe('Failed');
});

test('an adjusted node has a price of its own, which its allocations have to follow', () => {
  const adjusted = node({ name: 'n1', cpuCost: 10, cpuCoreHours: 100, adjustment: 5 });
  const followed = [allocation({ cpuCost: 4, cpuCostAdjustment: 2, cpuCoreHours: 40 })];
  expect(auditOf(type, { assets: [adjusted], allocations: followed }).status).toBe('Passed');
  const not = [allocation({ cpuCost: 4, cpuCoreHours: 40 })];
  const [difference] = auditOf(type, { assets: [adjusted], allocations: not }).differences;
  expect(difference?.causes?.[0]?.code).toBe('adjustment-missing');
});

test('a row that names no node makes it Skipped, never Passed', () => {
  const allocations = [allocation({ node: '', cpuCost: 4, cpuCoreHours: 40 })];
  expect(auditOf(type, { assets: [n1], allocations })).toMatchObject({
    status: 'Skipped',
    description: 'c1//ns/pod/main has no node',
  });
});

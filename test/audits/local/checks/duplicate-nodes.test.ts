import { expect, test } from 'vitest';
import { hour } from '../../../../src/time.ts';
import { allocation, auditOf, node } from '../../../support/rows.ts';

const type = 'CheckDuplicate';
const allocations = [allocation({ cpuCost: 1, cpuCoreHours: 10 })];
const first = node({ name: 'n1', cpuCost: 10, cpuCoreHours: 100 });
const second = node({ name: 'n1', cpuCost: 8, cpuCoreHours: 100, providerID: 'i-second' });

test('a node under two provider IDs at one time fails', () => {
  expect(auditOf(type, { assets: [first, second], allocations })).toMatchObject({
    status: 'Failed',
    differences: [{ key: ['c1/n1'], expected: 10, actual: 18, causes: [{ code: 'node-twice' }] }],
  });
});

test('a replacement, and a record without a cost, are no duplicate', () => {
  const later = { ...second, start: first.end - hour / 10 };
  expect(auditOf(type, { assets: [first, later], allocations }).status).toBe('Passed');
  const free = node({ name: 'n1', cpuCoreHours: 100, providerID: 'i-second' });
  expect(auditOf(type, { assets: [first, free], allocations }).status).toBe('Passed');
});

test('one provider ID in two clusters fails', () => {
  const elsewhere = node({
    name: 'n1',
    cluster: 'c2',
    cpuCost: 10,
    cpuCoreHours: 100,
    providerID: 'i-n1',
  });
  expect(auditOf(type, { assets: [first, elsewhere], allocations })).toMatchObject({
    status: 'Failed',
    differences: [{ key: ['c2/n1'], causes: [{ code: 'provider-id-twice' }] }],
  });
});

test('a provider ID that is made from the name of a node is one of its cluster', () => {
  const named = { name: 'node-1', providerID: 'k3s://node-1', cpuCost: 5, cpuCoreHours: 96 };
  const assets = [node({ ...named, cluster: 'a' }), node({ ...named, cluster: 'b' })];
  const used = (cluster: string) => allocation({ cluster, node: 'node-1', cpuCost: 1 });
  const both = [used('a'), used('b')];
  expect(auditOf(type, { assets, allocations: both }).status).toBe('Passed');
  // nothing runs on the second: it is the first under another cluster's id
  expect(auditOf(type, { assets, allocations: [used('a')] }).status).toBe('Failed');
});

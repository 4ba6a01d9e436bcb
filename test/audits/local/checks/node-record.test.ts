import { describe, expect, test } from 'vitest';
import { hour } from '../../../../src/time.ts';
import { allocation, auditOf, node } from '../../../support/rows.ts';

const type = 'CheckNodeRecord';
const priced = { cpuCost: 8, ramCost: 2, cpuCoreHours: 96, ramByteHours: 1e11 };
const whole = node({ name: 'n1', ...priced });
const pod = allocation({ cpuCost: 4, ramCost: 1, cpuCoreHours: 48, ramByteHours: 5e10 });

test('a record that agrees with its use passes', () => {
  expect(auditOf(type, { assets: [whole], allocations: [pod] })).toMatchObject({
    status: 'Passed',
  });
});

test('a record without hours, and one without a price, of a resource that is used', () => {
  const without = node({ name: 'n1', ...priced, ramByteHours: 0, ramCost: 0 });
  expect(auditOf(type, { assets: [without], allocations: [pod] })).toMatchObject({
    status: 'Failed',
    differences: [{ key: ['c1/n1', 'RAM'], causes: [{ code: 'no-capacity' }] }],
  });
  const unpriced = node({ name: 'n1', ...priced, cpuCost: 0 });
  expect(auditOf(type, { assets: [unpriced], allocations: [pod] })).toMatchObject({
    status: 'Failed',
    differences: [{ key: ['c1/n1', 'CPU'], causes: [{ code: 'no-price' }] }],
  });
});

test('a resource that the node is charged for and does not have is a warning, unless a price is all it lacks', () => {
  const charged = node({ name: 'n1', ...priced, gpuCost: 22.8, GPUHours: 0 });
  expect(auditOf(type, { assets: [charged], allocations: [pod] })).toMatchObject({
    status: 'Warning',
    differences: [{ key: ['c1/n1', 'GPU'], expected: 0, causes: [{ code: 'cost-without-hours' }] }],
  });
  const idle = node({ name: 'n1', ...priced, gpuCost: 22.8, GPUHours: 24 });
  expect(auditOf(type, { assets: [idle], allocations: [pod] }).status).toBe('Passed');
});

test('a node that its bill adjusts to 0 has a price, whatever its workloads are charged', () => {
  const prepaid = node({ name: 'n1', ...priced, adjustment: -10, totalCost: 0 });
  expect(auditOf(type, { assets: [prepaid], allocations: [pod] }).status).toBe('Passed');
  const reconciled = allocation({
    ...pod,
    cpuCostAdjustment: -4,
    ramCostAdjustment: -1,
    totalCost: 0,
  });
  expect(auditOf(type, { assets: [prepaid], allocations: [reconciled] }).status).toBe('Passed');
});

describe('minutes', () => {
  const until = (end: number) => node({ name: 'n1', ...priced, end });

  test('a record that ends hours before its workloads fails, with both numbers', () => {
    const short = until(pod.end - 10 * hour);
    expect(auditOf(type, { assets: [short], allocations: [pod] })).toMatchObject({
      status: 'Failed',
      differences: [{ key: ['c1/n1', 'minutes'], expected: 1440, actual: 840 }],
    });
  });

  test('15 minutes more or less are no difference', () => {
    const short = until(pod.end - hour / 4);
    expect(auditOf(type, { assets: [short], allocations: [pod] }).status).toBe('Passed');
  });

  test('a node and its replacement of the same name are one record', () => {
    const middle = pod.start + 12 * hour;
    const assets = [
      until(middle),
      node({ name: 'n1', ...priced, start: middle, providerID: 'i-new' }),
    ];
    expect(auditOf(type, { assets, allocations: [pod] }).status).toBe('Passed');
  });
});

test("a node that is priced under another cluster's id", () => {
  const typo = node({ name: 'n1', cluster: 'c1-typo', ...priced });
  expect(auditOf(type, { assets: [typo], allocations: [pod] })).toMatchObject({
    status: 'Failed',
    differences: [
      { key: ['c1/n1', 'CPU'], causes: [{ code: 'other-cluster' }] },
      { key: ['c1/n1', 'RAM'] },
    ],
  });
  // a node of the same name that is used there is another node
  const other = allocation({ ...pod, cluster: 'c1-typo', name: 'c1-typo/n1/ns/pod/main' });
  expect(auditOf(type, { assets: [typo], allocations: [pod, other] }).differences).toEqual([]);
});

test('a cluster in which everything is free is a warning', () => {
  const free = node({ name: 'n1', cpuCoreHours: 96, ramByteHours: 1e11 });
  const used = allocation({ cpuCoreHours: 48, ramByteHours: 5e10 });
  expect(auditOf(type, { assets: [free], allocations: [used] })).toMatchObject({
    status: 'Warning',
    differences: [{ causes: [{ code: 'all-free' }] }, {}],
  });
});

describe('a node without a price in a cluster that has prices', () => {
  const hours = { cpuCoreHours: 96, ramByteHours: 1e11 };
  const unpriced = node({ name: 'n2', providerID: 'i-2', ...hours });
  const freePod = allocation({
    name: 'c1/n2/ns/pod/main',
    node: 'n2',
    cpuCoreHours: 48,
    ramByteHours: 5e10,
  });

  test('is a warning for each resource that has a price elsewhere', () => {
    const stores = { assets: [whole, unpriced], allocations: [pod, freePod] };
    expect(auditOf(type, stores)).toMatchObject({
      status: 'Warning',
      differences: [
        { key: ['c1/n2', 'CPU'], causes: [{ code: 'unpriced-node' }] },
        { key: ['c1/n2', 'RAM'], causes: [{ code: 'unpriced-node' }] },
      ],
    });
  });

  test('one without a CPU price next to a price of its GPUs (opencost#73)', () => {
    const gpu = node({ name: 'n2', ...hours, ramCost: 2, gpuCost: 20, GPUHours: 24 });
    const ml = allocation({ ...freePod, ramCost: 1, gpuHours: 24, gpuCost: 20 });
    const stores = { assets: [whole, gpu], allocations: [pod, ml] };
    expect(auditOf(type, stores)).toMatchObject({
      status: 'Warning',
      differences: [{ key: ['c1/n2', 'CPU'], causes: [{ code: 'unpriced-node' }] }],
    });
  });

  test('one whose machine type has a CPU price and no RAM price in the price list (opencost#3194)', () => {
    const bare = node({ name: 'n2', ...hours, cpuCost: 6 });
    const db = allocation({ ...freePod, cpuCost: 3 });
    expect(auditOf(type, { assets: [whole, bare], allocations: [pod, db] })).toMatchObject({
      status: 'Warning',
      differences: [{ key: ['c1/n2', 'RAM'], causes: [{ code: 'unpriced-node' }] }],
    });
  });

  test.each([
    ['a CPU price of 0 for the whole cluster (opencost#2328)', { cpuCost: 0 }, { ramCost: 2 }],
    ['a node that only the bill prices', {}, { adjustment: 3, totalCost: 3 }],
    ['another cluster', { cluster: 'c2' }, {}],
    ['a record of a few minutes', {}, { minutes: 30 }],
    ['a price that prints as 0', { cpuCost: 1e-6, ramCost: 1e-6 }, {}],
  ])('%s: no warning', (_what, ofPeer, own) => {
    const assets = [node({ name: 'n1', ...priced, ...ofPeer }), { ...unpriced, ...own }];
    const ram = 'ramCost' in own ? 1 : 0;
    const { differences } = auditOf(type, {
      assets,
      allocations: [{ ...freePod, ramCost: ram, totalCost: ram }],
    });
    expect(differences.filter(({ causes }) => causes?.[0]?.code === 'unpriced-node')).toEqual([]);
  });

  test('a virtual node: no warning', () => {
    const assets = [whole, { ...unpriced, ...node({ name: 'fargate-ip-10-0-0-1', ...hours }) }];
    const serverless = { ...freePod, node: 'fargate-ip-10-0-0-1' };
    const { status } = auditOf(type, { assets, allocations: [pod, serverless] });
    expect(status).toBe('Passed');
  });
});

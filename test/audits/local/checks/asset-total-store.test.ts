import { expect, test } from 'vitest';
import { asset, auditOf, node } from '../../../support/rows.ts';

const assets = [
  node({ name: 'n1', providerID: 'i-1', cpuCost: 8 }),
  asset({ name: 'boot', providerID: 'i-1', totalCost: 1 }),
  node({ name: 'n2', providerID: 'i-2', cluster: 'c2', cpuCost: 4 }),
];
const byCluster = { c1: 9, c2: 4 };
const byNode = { 'c1/i-1': 9, 'c2/i-2': 4 };

interface Store {
  readonly byCluster?: Readonly<Record<string, number>>;
  readonly byNode?: Readonly<Record<string, number>>;
  readonly topline?: number;
}

function audited(store: Store = {}, cluster: string | null = null) {
  const { topline = 13 } = store;
  const aggregates = {
    'assets by cluster': store.byCluster ?? byCluster,
    'assets by cluster,providerid': store.byNode ?? byNode,
  };
  return auditOf('AuditAssetTotalStore', { assets, aggregates, topline }, { cluster });
}

test('a node and its disks are one providerID of the store', () => {
  expect(audited()).toMatchObject({ status: 'Passed', differences: [], missing: [] });
});

test.each([
  ['a cluster', { byCluster: { ...byCluster, c2: 5 } }, [['cluster', 'c2'], 4, 5]],
  ['a node', { byNode: { ...byNode, 'c1/i-1': 8 } }, [['node', 'c1/n1'], 9, 8]],
  ['all assets', { topline: 14 }, [['cluster', '(all)'], 13, 14]],
] as const)('the stored total of %s is compared by itself', (_what, store, difference) => {
  const [key, expected, actual] = difference;
  expect(audited(store)).toMatchObject({
    status: 'Failed',
    differences: [{ key, expected, actual }],
    missing: [],
  });
});

test('a node that the store lacks is missing', () => {
  expect(audited({ byNode: { 'c2/i-2': 4 } })).toMatchObject({
    status: 'Warning',
    missing: [{ key: ['node', 'c1/n1'] }],
  });
});

test('of one cluster, the total of all assets is not compared', () => {
  expect(audited({ topline: 14 }, 'c1').differences).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import { allocation, asset, auditOf, node } from '../../../support/rows.ts';

const type = 'AuditClusterEquality';
const priced = { cpuCost: 8, ramCost: 2, cpuCoreHours: 96, ramByteHours: 1e11 };
const used = { cpuCost: 4, ramCost: 1, cpuCoreHours: 48, ramByteHours: 5e10 };

describe('Kubecost', () => {
  const whole = node({ name: 'n1', ...priced });
  const pod = allocation(used);
  /** The cluster's row, as `aggregate=cluster` has it. */
  const row = (given: Parameters<typeof allocation>[0]) =>
    allocation({ node: '', namespace: '', pod: '', container: '', ...given });
  const ofCluster = (cluster: string) => row({ name: cluster, cluster, ...used });
  const idleOf = (cluster: string) =>
    row({ name: `${cluster}/__idle__`, cluster, cpuCost: 4, ramCost: 1 });

  test('idle of all clusters in one row: skipped, without a difference', () => {
    const assets = [whole, node({ name: 'n2', cluster: 'c2', ...priced })];
    const idle = [pod, allocation({ cluster: 'c2', node: 'n2', ...used })];
    const merged = row({ name: '__idle__', cluster: '', cpuCost: 8, ramCost: 2 });
    const clusters = [ofCluster('c1'), ofCluster('c2'), merged];
    expect(auditOf(type, { assets, idle, clusters })).toMatchObject({
      status: 'Skipped',
      differences: [],
      missing: [],
      description: expect.stringContaining('__idle__ does not name its cluster'),
    });
  });

  test('rows without a cluster are compared where both stores have them', () => {
    const nameless = node({ name: 'n1', cluster: '', ...priced });
    const rows = {
      idle: [allocation({ ...pod, cluster: '' })],
      clusters: [ofCluster(''), idleOf('')],
    };
    expect(auditOf(type, { assets: [nameless], ...rows }).status).toBe('Passed');
    const dearer = node({ name: 'n1', cluster: '', ...priced, cpuCost: 9 });
    expect(auditOf(type, { assets: [dearer], ...rows })).toMatchObject({
      status: 'Failed',
      differences: [{ key: [''], expected: 11, actual: 10 }],
    });
  });

  test('a difference is skipped where rows of one store could belong to any cluster', () => {
    const clusters = [ofCluster('c1'), idleOf('c1')];
    const nameless = node({ name: 'n2', cluster: '', cpuCost: 3, cpuCoreHours: 10 });
    expect(auditOf(type, { assets: [whole, nameless], idle: [pod], clusters }).status).toBe(
      'Passed',
    );
    const assets = [node({ name: 'n1', ...priced, cpuCost: 5 }), nameless];
    expect(auditOf(type, { assets, idle: [pod], clusters })).toMatchObject({
      status: 'Skipped',
      differences: [],
      description: '3.00 of assets name no cluster, and could belong to any',
    });
  });

  test('a virtual node counts where the assets list it, and is a remark where they do not', () => {
    const fargate = 'fargate-10-0-1-2';
    const machine = allocation({ ...used, node: fargate });
    const assets = [node({ name: fargate, ...priced })];
    const idle = [machine];
    const listed = auditOf(type, { assets, idle, clusters: [ofCluster('c1'), idleOf('c1')] });
    expect(listed).toMatchObject({ status: 'Passed', description: '' });

    const others = [pod, machine];
    const clusters = [row({ name: 'c1', cluster: 'c1', cpuCost: 8, ramCost: 2 }), idleOf('c1')];
    expect(auditOf(type, { assets: [whole], idle: others, clusters })).toMatchObject({
      status: 'Passed',
      description: expect.stringContaining('5.00000 on 1 node that has no asset record'),
    });
  });
});

describe('OpenCost', () => {
  const audit = (rows: Parameters<typeof auditOf>[1]) =>
    auditOf(type, rows, { product: 'opencost' });
  const whole = node({ name: 'n1', ...priced });
  const half = { cpuCost: 4.5, ramCost: 0.5, cpuCoreHours: 54, ramByteHours: 2.5e10 };
  const heavy = allocation({ ...half, pod: 'a' });
  const second = allocation({ ...half, pod: 'b' });

  test('assets that name no cluster could belong to any: skipped, also where no cluster differs', () => {
    const disk = asset({ type: 'Disk', name: 'disk-1', cluster: '', totalCost: 0.4 });
    expect(audit({ assets: [whole, disk], allocations: [allocation(used)] })).toMatchObject({
      status: 'Skipped',
      differences: [],
      description: expect.stringContaining('0.40 of assets name no cluster'),
    });
  });

  test('requests above the capacity are legal: a warning, of what both stores print', () => {
    expect(audit({ assets: [whole], allocations: [heavy, second] })).toMatchObject({
      status: 'Warning',
      differences: [{ key: ['c1'], expected: 8, actual: 9, causes: [{ code: 'over-allocation' }] }],
    });
  });

  test('a request of one container above the capacity fails: it cannot be', () => {
    const absurd = allocation({ cpuCost: 9, ramCost: 1, cpuCoreHours: 108, ramByteHours: 5e10 });
    expect(audit({ assets: [whole], allocations: [absurd] })).toMatchObject({
      status: 'Failed',
      differences: [{ key: ['c1'], expected: 8, actual: 9 }],
    });
  });

  test('a volume beside them fails, with the amounts of both', () => {
    const disk = asset({ name: 'pvc-1', totalCost: 2 });
    const mounted = { ...heavy, pvCost: 3, pvByteHours: 1e10, totalCost: 8 };
    expect(audit({ assets: [whole, disk], allocations: [mounted, second] })).toMatchObject({
      status: 'Failed',
      differences: [{ key: ['c1'], expected: 10, actual: 12 }],
    });
  });

  test('a higher price without more hours is not legal', () => {
    const dear = allocation({ cpuCost: 9, cpuCoreHours: 48, ramCost: 1, ramByteHours: 5e10 });
    expect(audit({ assets: [whole], allocations: [dear] }).status).toBe('Failed');
  });
});

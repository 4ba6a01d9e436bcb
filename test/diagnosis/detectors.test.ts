import { describe, expect, test } from 'vitest';
import type { WindowEvidence } from '../../src/audits/local/evidence/evidence.ts';
import type { Audit } from '../../src/audits/schema.ts';
import type { DiagnosisContext } from '../../src/diagnosis/context.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Finding } from '../../src/diagnosis/schema.ts';
import { audit, failed } from '../support/audits.ts';
import {
  containerRow,
  context,
  dayStart,
  evidence,
  nodeAsset,
  nodeUse,
  window,
} from '../support/evidence.ts';

const on = { window: window(), resolution: 0.0001 };
const hour = 3_600_000;

/** An audit that failed by one difference, with what its cause is called there. */
function differing(
  type: Audit['type'],
  key: string[],
  [expected, actual, ...causes]: readonly [
    number | null,
    number | null,
    ...(readonly [string, number | null])[],
  ],
): Audit {
  const one = failed([[key, expected, actual]], { ...on, type });
  return {
    ...one,
    differences: one.differences.map((difference) => ({
      ...difference,
      causes: causes.map(([code, amount]) => ({ code, amount, detail: code })),
    })),
  };
}

function missing(type: Audit['type'], key: string[], description = 'not there'): Audit {
  return audit({ ...on, type, status: 'Warning', missing: [{ key, description }] });
}

function found(
  audits: readonly Audit[],
  of: Partial<WindowEvidence>,
  more: Partial<DiagnosisContext> = {},
): Finding[] {
  return diagnose(audits, context({ evidence: [evidence(of)], ...more })).findings;
}

/** A day on which the node cost 3, before the one under diagnosis. */
const dayBefore = {
  start: dayStart - 24 * hour,
  end: dayStart,
  clusters: new Map([['c1', { assets: 30, workloads: 20 }]]),
  nodes: new Map([['c1/n1', { providerID: 'i-1', cost: 3, minutes: 1440 }]]),
};

const disk = {
  cluster: 'c1',
  name: 'vol-1',
  volume: 'pvc-1',
  claim: 'data',
  claimNamespace: 'shop',
  providerID: 'vol-1',
  minutes: 1440,
  cost: 0.5,
  adjustment: 0,
};
const volume = {
  cluster: 'c1',
  name: 'pvc-1',
  cost: 0.5,
  adjustment: 0,
  byteHours: 1e9,
  pods: 1,
  pod: 'shop/db-0',
  namespace: 'shop',
  unmounted: 'no',
} as const;

describe('answers and days', () => {
  test('a refused answer is named with both numbers, and blocks what needs it', () => {
    const reason =
      'http://k/model/assets sent no data: Requested 160000 rows of Asset data which exceeds the limit of 75000.';
    const skipped = audit({ ...on, status: 'Skipped', description: reason });
    const answers = [{ request: 'assets', path: '/assets', state: 'failed', reason }] as const;
    const findings = found([skipped], { answers });
    expect(findings).toMatchObject([
      {
        id: 'refused-row-limit:/assets',
        title: '/assets was refused for 2026-11-23: 160000 rows, the limit is 75000.',
        blocks: [{ type: 'AuditClusterEquality' }],
      },
    ]);
  });

  test('rows that are left over from the day before are no data', () => {
    const nothing = { rows: 40, residue: 39, synthetic: 1 };
    const bill = differing('AuditAssetReconciliation', ['i-1', 'Compute'], [3, 0]);
    const findings = found(
      [bill],
      { allocations: nothing, assets: { rows: 5, residue: 5, synthetic: 0 }, nodes: [], use: [] },
      {
        summaries: [
          dayBefore,
          {
            ...dayBefore,
            start: dayStart,
            end: dayStart + 24 * hour,
            clusters: new Map(),
            nodes: new Map(),
          },
        ],
      },
    );
    expect(findings).toMatchObject([
      {
        id: 'no-data-day:2026-11-23',
        severity: 'critical',
        amount: { total: -30, basis: 'estimated' },
      },
    ]);
  });

  test('a store that changed between two reads is not compared', () => {
    const moving = audit({
      ...on,
      status: 'Skipped',
      description: 'the store is being rebuilt: …',
    });
    expect(found([moving], {}).map(({ code, severity }) => [code, severity])).toEqual([
      ['store-rebuilding', 'warning'],
    ]);
  });
});

describe('identity', () => {
  const typo = nodeAsset({ cluster: 'c1-typo' });

  test('a node whose record is in another cluster, matched by its provider ID', () => {
    const audits = [
      missing('AuditAllocationReconciliation', ['c1/n1']),
      missing('AuditClusterEquality', ['c1-typo']),
      differing('AuditClusterEquality', ['c1'], [30, 31, ['nodes', 1]]),
    ];
    const findings = found(
      audits,
      { nodes: [typo], use: [nodeUse({ providerIDs: ['i-1'] })] },
      { summaries: [dayBefore] },
    );
    expect(findings).toMatchObject([
      {
        id: 'cluster-id-mismatch:c1/n1',
        amount: { total: -3, basis: 'estimated' },
        wrong: ['assets'],
      },
    ]);
    expect(findings[0]?.explains).toHaveLength(3);
  });

  test('nodes of two clusters that are only called the same are not mixed up', () => {
    const other = nodeAsset({ cluster: 'c2', providerID: 'i-2' });
    const use = [nodeUse({ providerIDs: ['i-1'] }), nodeUse({ cluster: 'c2' })];
    const findings = found([missing('AuditAllocationReconciliation', ['c1/n1'])], {
      nodes: [other],
      use,
    });
    expect(findings.map(({ code }) => code)).toEqual(['node-without-asset']);
  });

  test.each([
    ['adjusted to the bill', -0.5, { variant: 'list-price', effect: { workloads: null } }],
    ['not adjusted', 0, { variant: null, effect: { workloads: 0 } }],
  ])(
    'workloads without an asset keep the list price; other assets %s',
    (_, adjustment, expected) => {
      const others = [nodeAsset({ name: 'n2', providerID: 'i-2', adjustment })];
      const lostNode = found([missing('AuditAllocationReconciliation', ['c1/n1'], 'no asset')], {
        nodes: others,
      });
      const lostDisk = found(
        [differing('AuditClusterEquality', ['c1'], [30, 30.5, ['volumes', 0.5]])],
        { nodes: others, use: [], volumes: [volume] },
      );
      expect(lostNode).toMatchObject([{ code: 'node-without-asset', ...expected }]);
      expect(lostDisk).toMatchObject([{ code: 'disk-without-asset', ...expected }]);
    },
  );

  test('workloads that are adjusted themselves are right although their disk has no asset', () => {
    const [finding] = found(
      [differing('AuditClusterEquality', ['c1'], [30, 30.5, ['volumes', 0.5]])],
      { nodes: [nodeAsset({ adjustment: -0.5 })], volumes: [{ ...volume, adjustment: -0.1 }] },
    );
    expect(finding).toMatchObject({ variant: null, effect: { workloads: 0 } });
  });

  test.each([
    [0.0004, ['disk-without-asset']],
    [0.01, ['disk-without-asset', 'unexplained']],
  ])(
    "beside a sum of rows, %d of a difference of Kubecost's own audit is rounding or not",
    (rest, expected) => {
      const exact = differing(
        'AuditClusterEquality',
        ['c1'],
        [30, 30.5 + rest, ['volumes', 0.5 + rest]],
      );
      const findings = found([{ ...exact, resolution: null }], { volumes: [volume] });
      expect(findings.map(({ code }) => code)).toEqual(expected);
    },
  );

  test('of two records of a node, the one that workloads do not name is the surplus', () => {
    const second = nodeAsset({ providerID: 'i-2', cost: 5 });
    const duplicate = differing('CheckDuplicate', ['c1/n1'], [2, 7]);
    const findings = found([duplicate], {
      nodes: [nodeAsset(), second],
      use: [nodeUse({ providerIDs: ['i-1'] })],
    });
    expect(findings).toMatchObject([
      {
        id: 'duplicate-asset:c1/n1',
        title: 'Node n1 is counted twice, as i-1 and as i-2.',
        amount: { total: 5, basis: 'measured' },
        effect: { workloads: 0, idle: 5, assets: 5 },
      },
    ]);
  });

  test('of two records that nothing tells apart, the surplus is unknown', () => {
    const duplicate = differing('CheckDuplicate', ['c1/n1'], [2, 7]);
    const findings = found([duplicate], { nodes: [nodeAsset(), nodeAsset({ providerID: 'i-2' })] });
    expect(findings).toMatchObject([{ amount: { total: null, basis: 'unknown' } }]);
  });

  test.each(['10.0.0.11:9100', '10.0.0.11', 'ip-10-0-0-11'])(
    'workloads on %s belong to the node of that address',
    (name) => {
      const asset = nodeAsset({ name: 'ip-10-0-0-11.internal' });
      const findings = found([missing('AuditAllocationReconciliation', [`c1/${name}`])], {
        nodes: [asset],
        use: [nodeUse({ name })],
      });
      expect(findings).toMatchObject([
        {
          code: 'node-name-mismatch',
          wrong: ['allocations'],
          object: { name, details: { assetName: 'ip-10-0-0-11.internal' } },
        },
      ]);
    },
  );

  test('GPUs that a node is charged for and does not have make assets and idle too high', () => {
    const charged = differing(
      'CheckNodeRecord',
      ['c1/n1', 'GPU'],
      [0, 5, ['cost-without-hours', null]],
    );
    expect(found([charged], {})).toMatchObject([
      {
        code: 'node-without-capacity',
        variant: 'charged',
        severity: 'warning',
        title: 'Node n1 costs 5.00 for GPU that it does not have.',
        effect: { workloads: 0, idle: 5, assets: 5 },
      },
    ]);
  });

  describe('a pod counted on a recorded node and on one without a record', () => {
    const address = '10.0.0.11:10250';
    const audits = [
      differing('CheckDuplicate', ['shop/web-1/main'], [1, 2, ['counted-twice', 1]]),
      missing('AuditAllocationReconciliation', [`c1/${address}`]),
      differing('AuditClusterEquality', ['c1'], [3, 4, ['node-without-asset', 1]]),
    ];
    const containers = ['n1', address].map((node) => containerRow({ node, cost: 1 }));
    const costs = { CPU: 1, GPU: 0, RAM: 0 };

    test('is too much by what the unrecorded name costs, where nothing else runs there', () => {
      const use = [nodeUse(), nodeUse({ name: address, rows: 1, costs })];
      expect(found(audits, { use, containers })).toMatchObject([
        {
          code: 'duplicate-pod',
          variant: 'second-name',
          wrong: ['allocations'],
          amount: { total: 1, basis: 'measured' },
          effect: { workloads: 1, idle: 0, assets: 0 },
        },
      ]);
    });

    test('leaves a node without a record, where other workloads run there', () => {
      const use = [nodeUse(), nodeUse({ name: address, rows: 2, costs })];
      const codes = found(audits, { use, containers }).map(({ code }) => code);
      expect(codes).toContain('node-without-asset');
    });
  });

  test('a cluster without any workload row is named once, with its disks and balancers', () => {
    const audits = [
      differing('CheckMissingWindow', [`${window().start},${window().end}`, 'c1'], [null, null]),
      differing('AuditClusterEquality', ['c1'], [3, 2.5, ['volumes', -0.5]]),
    ];
    const clusters = [
      {
        name: 'c1',
        assets: 18,
        assetRows: 9,
        workloads: 0,
        workloadRows: 0,
        network: 0,
        networkAdjustment: { allocations: 0, assets: 0 },
        networkAssets: 0,
      },
    ];
    const findings = found(audits, { use: [], disks: [disk], clusters });
    expect(findings).toMatchObject([
      {
        id: 'cluster-in-one-store:c1',
        variant: 'assets',
        wrong: ['allocations'],
        title: 'Cluster c1 has assets (18.00) and no workloads.',
      },
    ]);
  });
});

describe('volumes and load balancers', () => {
  const equality = (part: string, delta: number) =>
    differing('AuditClusterEquality', ['c1'], [30, 30 + delta, [part, delta]]);

  test('a disk that no workload carries', () => {
    expect(found([equality('volumes', -0.5)], { disks: [disk] })).toMatchObject([
      {
        id: 'disk-without-allocation:c1/pvc-1',
        wrong: ['allocations'],
        amount: { total: -0.5 },
        object: { namespace: 'shop' },
      },
    ]);
  });

  test('the boot disk of a node is no volume', () => {
    const boot = { ...disk, name: 'n1', volume: '' };
    expect(found([equality('volumes', -0.5)], { disks: [boot] }).map(({ code }) => code)).toEqual([
      'unexplained',
    ]);
  });

  test('a shared volume that each of its pods is charged for', () => {
    const shared = { ...volume, cost: 1.5, pods: 3 };
    expect(found([equality('volumes', 1)], { disks: [disk], volumes: [shared] })).toMatchObject([
      {
        code: 'volume-mismatch',
        variant: 'shared-counted-per-pod',
        wrong: ['allocations'],
        amount: { total: 1 },
      },
    ]);
  });

  test('without names in the allocations the part stays unexplained', () => {
    expect(found([equality('volumes', 0.5)], { disks: [disk], volumes: null })).toMatchObject([
      {
        code: 'unexplained',
        title: '0.50 of AuditClusterEquality c1 has no known cause; it is in volumes.',
      },
    ]);
  });

  test.each([
    { variant: 'no-asset', allocated: 0.6, costs: [], wrong: ['assets'], amount: -0.6 },
    {
      variant: 'one-of-n',
      allocated: 0.2,
      costs: [0.2, 0.2],
      wrong: ['allocations'],
      amount: -0.2,
    },
  ])('a load balancer: $variant', ({ variant, allocated, costs, wrong, amount }) => {
    const assets = costs.map((cost, i) => ({
      cluster: 'c1',
      name: 'shop/web',
      providerID: `lb-${i}`,
      minutes: 1440,
      cost,
      adjustment: 0,
    }));
    const use = {
      cluster: 'c1',
      namespace: 'shop',
      service: 'web',
      cost: allocated,
      adjustment: 0,
    };
    const delta = allocated - costs.reduce((sum: number, cost) => sum + cost, 0);
    expect(
      found([equality('load-balancers', delta)], { loadBalancers: assets, balanced: [use] }),
    ).toMatchObject([
      {
        id: 'load-balancer-mismatch:c1/shop/web',
        variant,
        wrong,
        amount: { total: expect.closeTo(amount, 9) },
      },
    ]);
  });

  test('a volume that no pod mounts is paid and unused, and nothing is wrong', () => {
    const unused = { ...volume, unmounted: 'unclaimed', pods: 0, pod: '', namespace: '' } as const;
    expect(found([], { volumes: [unused] })).toEqual([]);
    expect(found([audit(on)], { disks: [disk], volumes: [unused] })).toMatchObject([
      { code: 'volume-unclaimed', severity: 'info' },
    ]);
  });
});

describe('prices', () => {
  test('a node that was recorded for fewer minutes than its pods ran', () => {
    const record = differing('CheckNodeRecord', ['c1/n1', 'minutes'], [1440, 840]);
    const short = nodeAsset({ minutes: 840, end: dayStart + 14 * hour, cost: 1.4 });
    expect(found([record], { nodes: [short] })).toMatchObject([
      {
        id: 'node-partly-recorded:c1/n1',
        confidence: 'likely',
        title: 'Node n1 was recorded for 840 of 1440 minutes while its pods ran on.',
        amount: { total: expect.closeTo(-1, 9), basis: 'estimated' },
        wrong: ['assets', 'idle'],
      },
    ]);
  });

  test('a node without capacity is worth what it cost on another day', () => {
    const record = differing('CheckNodeRecord', ['c1/n1', 'RAM'], [0, 0]);
    const bare = nodeAsset({
      cost: 0.76,
      hours: { CPU: 24, GPU: 0, RAM: 0 },
      costs: { CPU: 0.76, GPU: 0, RAM: 0 },
    });
    expect(found([record], { nodes: [bare] }, { summaries: [dayBefore] })).toMatchObject([
      {
        id: 'node-without-capacity:c1/n1',
        amount: { total: expect.closeTo(0.76 - 3, 9), basis: 'estimated' },
      },
    ]);
  });

  test('hours without a price', () => {
    const record = differing('CheckNodeRecord', ['c1/n1', 'CPU'], [0, 0.75]);
    const free = nodeAsset({ cost: 0.5, costs: { CPU: 0, GPU: 0, RAM: 0.5 } });
    expect(found([record], { nodes: [free] })).toMatchObject([
      { id: 'node-unpriced:c1/n1', amount: { total: -0.75, basis: 'lower-bound' } },
    ]);
  });

  test('a cluster in which everything is free is a warning', () => {
    const free = nodeAsset({ cost: 0, costs: { CPU: 0, GPU: 0, RAM: 0 } });
    const use = nodeUse({ costs: { CPU: 0, GPU: 0, RAM: 0 } });
    const record = differing('CheckNodeRecord', ['c1/n1', 'CPU'], [0, 0]);
    expect(found([{ ...record, status: 'Warning' }], { nodes: [free], use: [use] })).toMatchObject([
      {
        id: 'node-unpriced:c1',
        variant: 'all-free',
        severity: 'warning',
        title: 'Every price of cluster c1 is 0.',
      },
    ]);
  });

  test('a node that is free in a cluster that has prices is a warning about that node', () => {
    const free = nodeAsset({ cost: 0, costs: { CPU: 0, GPU: 0, RAM: 0 } });
    const use = nodeUse({ costs: { CPU: 0, GPU: 0, RAM: 0 } });
    const records = (['CPU', 'RAM'] as const).map((resource) => ({
      ...differing('CheckNodeRecord', ['c1/n1', resource], [0, 0, ['unpriced-node', 0]]),
      status: 'Warning' as const,
    }));
    const nodes = [free, nodeAsset({ name: 'n2', providerID: 'i-2' })];
    expect(found(records, { nodes, use: [use] })).toMatchObject([
      {
        id: 'node-unpriced:c1/n1',
        variant: 'free-node',
        severity: 'warning',
        title:
          'Node n1 has no CPU and RAM price, unlike other nodes of c1; its workloads cost nothing for it.',
      },
    ]);
  });

  test.each([
    [0.3, 1 / 0.7, null],
    [0.3, 0.7, 'applied-twice'],
  ])('a discount of %d and a ratio of %d', (discount, ratio, variant) => {
    const audits = (['CPU', 'RAM'] as const).map((resource) =>
      differing('AuditAllocationReconciliation', ['c1/n1', resource], [1, ratio]),
    );
    expect(found(audits, { nodes: [nodeAsset({ discount })] })).toMatchObject([
      { code: 'discount-not-applied', variant },
    ]);
  });

  test('workloads of adjusted nodes without an adjustment are not reconciled, with their volumes', () => {
    const audits = [
      differing('AuditAllocationReconciliation', ['c1/n1', 'CPU'], [0.75, 0.9]),
      differing('AuditClusterEquality', ['c1'], [30, 30.1, ['volumes', 0.1]]),
    ];
    const adjusted = { ...disk, cost: 0.4, adjustment: -0.1 };
    const findings = found(audits, {
      nodes: [nodeAsset({ adjustment: -0.4, costs: { CPU: 1.8, GPU: 0, RAM: 0.6 } })],
      disks: [adjusted],
      volumes: [volume],
    });
    expect(findings).toMatchObject([
      {
        code: 'allocations-not-reconciled',
        effect: { workloads: expect.closeTo(0.15, 9), idle: expect.closeTo(-0.15, 9) },
      },
    ]);
    expect(findings[0]?.explains).toHaveLength(2);
  });
});

test('one container that is larger than its node is no legal over-allocation', () => {
  const use = nodeUse({
    hours: { CPU: 12_000, GPU: 0, RAM: 1 },
    largest: { CPU: { name: 'shop/job-1/main', hours: 11_900, cost: 90 } },
  });
  const findings = found([differing('CheckOverAllocation', ['c1/n1', 'CPU'], [1.5, 90])], {
    use: [use],
  });
  expect(findings).toMatchObject([
    {
      id: 'absurd-request:c1/shop/job-1/main',
      severity: 'critical',
      title: 'shop/job-1/main requested 11900 CPU hours on a node that has 96.',
    },
  ]);
});

test('bills: one ratio over many assets is one factor, and a missing line is legal', () => {
  const audits = [
    failed(
      [1, 2, 3, 4, 5].map((n): [string[], number, number] => [[`i-${n}`, 'Compute'], n, n * 0.9]),
      { ...on, type: 'AuditAssetReconciliation' },
    ),
  ];
  expect(found(audits, {})).toMatchObject([
    { code: 'bill-mismatch', variant: 'factor', objectCount: 5 },
  ]);
  expect(
    found(
      [missing('AuditAssetReconciliation', ['i-1', 'Compute'], 'no bill for an asset of 2.00000')],
      {},
    ),
  ).toMatchObject([{ code: 'bill-missing', severity: 'warning', amount: { total: 2 } }]);
});

describe('next steps', () => {
  const lost = [differing('AuditClusterEquality', ['c1'], [30, 30.5, ['volumes', 0.5]])];

  test('a repair says its order, its deadline and its danger', () => {
    const [finding] = found(lost, { volumes: [volume] });
    expect(finding?.actions.filter(({ request }) => request !== null)).toEqual([
      {
        text: 'Rebuild the assets of 2026-11-23 and wait for AssetSetSaved. This writes, on the cluster that built the data; after 2026-11-26T19:00:00Z it would empty the set.',
        request: 'GET /model/etl/asset/repair?window=2026-11-23T00:00:00Z,2026-11-24T00:00:00Z',
        before: '2026-11-26T19:00:00Z',
      },
      expect.objectContaining({ request: expect.stringContaining('/model/etl/allocation/repair') }),
    ]);
  });

  test('after the deadline no repair is named', () => {
    const [finding] = found(lost, { volumes: [volume] }, { now: dayStart + 100 * hour });
    expect(finding?.actions.filter(({ request }) => request !== null)).toEqual([]);
    expect(finding?.actions.at(-1)?.text).toMatch(
      /^Do not repair 2026-11-23: .* no longer has the whole day, so a repair would empty the set/,
    );
  });

  test.each(['kubecost-3', 'opencost'] as const)('%s has no repair', (product) => {
    const [finding] = found(lost, { volumes: [volume] }, { product });
    expect(finding?.actions.every(({ request }) => request === null)).toBe(true);
  });

  test('names are quoted for the shell, PromQL and jq', () => {
    const name = `pv'c "1" $(reboot)`;
    const [finding] = found(
      lost,
      { volumes: [{ ...volume, name }] },
      { connection: ['--url', 'http://h/a b'] },
    );
    expect(finding?.confirm.map(({ command }) => command)).toEqual([
      `kubectl get pv 'pv'\\''c "1" $(reboot)'`,
      expect.stringContaining(
        `kc-etl api --url 'http://h/a b' '/prometheusQuery?query=avg_over_time(pv_hourly_cost{persistentvolume="pv'\\''c%20\\"1\\"%20$(reboot)"}[1d])`,
      ),
      expect.stringContaining(`.volumeName? == "pv'\\''c \\"1\\" $(reboot)"`),
    ]);
  });
});

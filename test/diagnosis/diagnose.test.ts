import { describe, expect, test } from 'vitest';
import type { Audit } from '../../src/audits/schema.ts';
import { isLegal } from '../../src/diagnosis/codes.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { day, hour } from '../../src/time.ts';
import { audit, failed } from '../support/audits.ts';
import { context, dayStart, evidence, nodeAsset, nodeUse, window } from '../support/evidence.ts';

const on = { window: window(), resolution: 0.0001 };

/** An audit of the day that failed by differences whose parts are given. */
function equality(
  cluster: string,
  expected: number,
  parts: Readonly<Record<string, number>>,
  differing: Partial<Audit> = {},
): Audit {
  const delta = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const one = failed([[[cluster], expected, expected + delta]], { ...on, ...differing });
  const causes = Object.entries(parts).map(([code, amount]) => ({ code, amount, detail: code }));
  return { ...one, differences: one.differences.map((difference) => ({ ...difference, causes })) };
}

const volume = {
  cluster: 'c1',
  name: 'pvc-1',
  cost: 0.66,
  adjustment: 0,
  byteHours: 1e9,
  pods: 1,
  pod: 'kubecost/indexer-4',
  namespace: 'kubecost',
  unmounted: 'no',
} as const;

describe('one finding for each cause', () => {
  test('a volume without a disk is named, with its amount and its side', () => {
    const { findings, audits } = diagnose(
      [equality('c1', 30, { volumes: 0.66 })],
      context({ evidence: [evidence({ volumes: [volume] })] }),
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      id: 'disk-without-asset:c1/pvc-1',
      severity: 'error',
      confidence: 'certain',
      title: 'Volume pvc-1 costs 0.66 in allocations and has no disk asset.',
      wrong: ['assets'],
      amount: { total: -0.66, basis: 'measured' },
      effect: { workloads: 0, idle: 0, assets: -0.66 },
    });
    expect(findings[0]?.explains).toEqual([
      {
        window: window(),
        type: 'AuditClusterEquality',
        key: ['c1'],
        amount: expect.closeTo(0.66, 9),
      },
    ]);
    expect(audits[0]?.differences[0]?.causes?.[0]).toMatchObject({
      code: 'disk-without-asset',
      finding: 'disk-without-asset:c1/pvc-1',
    });
  });

  test('what a cause leaves of a difference is unexplained, with the part that it is in', () => {
    const { findings } = diagnose(
      [equality('c1', 30, { volumes: 0.66, network: 0.2 })],
      context({ evidence: [evidence({ volumes: [volume] })] }),
    );
    expect(findings.map(({ code, amount }) => [code, amount.total])).toEqual([
      ['disk-without-asset', -0.66],
      ['unexplained', expect.closeTo(0.2, 9)],
    ]);
    expect(findings[1]?.title).toContain('it is in network');
  });

  test('a lost node claims its use, and its boot disk with the other sign', () => {
    const boot = {
      cluster: 'c1',
      name: 'n2',
      volume: '',
      claim: '',
      claimNamespace: '',
      providerID: '',
      minutes: 1440,
      cost: 0.22,
      adjustment: 0,
    };
    const audits = [
      audit({
        ...on,
        type: 'AuditAllocationReconciliation',
        status: 'Warning',
        missing: [{ key: ['c1/n2'], description: 'no asset' }],
      }),
      equality('c1', 30, { nodes: 1, volumes: -0.22 }),
    ];
    const { findings } = diagnose(
      audits,
      context({
        evidence: [evidence({ use: [nodeUse(), nodeUse({ name: 'n2' })], disks: [boot] })],
      }),
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      id: 'node-without-asset:c1/n2',
      amount: { total: -1, basis: 'lower-bound' },
    });
    expect(findings[0]?.explains).toHaveLength(2);
  });

  test('a node that is missing is worth what it cost on another day', () => {
    const audits = [
      audit({
        ...on,
        type: 'AuditAllocationReconciliation',
        status: 'Warning',
        missing: [{ key: ['c1/n2'], description: 'no asset' }],
      }),
      equality('c1', 30, { nodes: 1 }),
    ];
    const summary = {
      start: dayStart - 86_400_000,
      end: dayStart,
      clusters: new Map([['c1', { assets: 30, workloads: 20 }]]),
      nodes: new Map([['c1/n2', { providerID: 'i-2', cost: 3, minutes: 1440 }]]),
    };
    const { findings } = diagnose(
      audits,
      context({
        evidence: [evidence({ use: [nodeUse(), nodeUse({ name: 'n2' })] })],
        summaries: [summary],
      }),
    );
    expect(findings[0]?.amount).toMatchObject({ total: -3, basis: 'estimated' });
  });

  test('a day that is missing leaves nothing else to be said about it', () => {
    const missing = failed([[[`${window().start},${window().end}`], null, null]], {
      ...on,
      type: 'CheckMissingWindow',
    });
    const withCause = {
      ...missing,
      differences: missing.differences.map((one) => ({
        ...one,
        causes: [
          {
            code: 'no-set',
            amount: null,
            detail: 'no set of allocations, between windows with data',
          },
        ],
      })),
    };
    const skipped = audit({
      ...on,
      status: 'Skipped',
      description: 'the server has no set for this window (allocations)',
    });
    const answers = [
      { request: 'allocations', path: '/allocation', state: 'none', reason: null },
      { request: 'assets', path: '/assets', state: 'rows', reason: null },
    ] as const;
    const { findings } = diagnose(
      [withCause, skipped],
      context({
        evidence: [
          evidence({ answers, use: [], allocations: { rows: 0, residue: 0, synthetic: 0 } }),
        ],
      }),
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      id: 'missing-day:2026-11-23',
      variant: 'allocations',
      severity: 'critical',
      wrong: ['allocations'],
    });
    expect(findings[0]?.blocks.map(({ type }) => type)).toEqual(['AuditClusterEquality']);
  });

  test('a failed audit without any evidence leads to a finding all the same', () => {
    for (const type of [
      'AuditClusterEquality',
      'AuditAllocationTotalStore',
      'AuditAssetAggStore',
      'CheckDuplicate',
      'CheckSummary',
      'CheckNullCost',
    ] as const) {
      const { findings } = diagnose(
        [failed([[['node', 'x'], 1, 2]], { ...on, type })],
        context({ evidence: [] }),
      );
      expect(findings.filter(({ code, variant }) => !isLegal(code, variant))).toHaveLength(1);
    }
  });
});

describe('objects and windows', () => {
  const reconciliation = (offset: number, keys: readonly string[]) =>
    failed(
      keys.map((key): [string[], number, number] => [[key, 'CPU'], 1, 1.1]),
      { window: window(offset), type: 'AuditAllocationReconciliation', resolution: 0.0001 },
    );

  test('one cause on several nodes is one finding, largest first', () => {
    const { findings } = diagnose(
      [reconciliation(0, ['c1/n1', 'c1/n2', 'c1/n3'])],
      context({ evidence: [] }),
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ id: 'price-mismatch:c1', objectCount: 3, object: null });
  });

  test('adjacent days are one finding, and a day that passed begins another episode', () => {
    const passed = audit({ window: window(2), type: 'AuditAllocationReconciliation' });
    const audits = [
      reconciliation(0, ['c1/n1']),
      reconciliation(1, ['c1/n1']),
      passed,
      reconciliation(3, ['c1/n1']),
    ];
    const { findings } = diagnose(audits, context({ evidence: [] }));
    expect(findings.map(({ id, windows, state }) => [id, windows.length, state])).toEqual([
      ['price-mismatch:c1/n1', 2, 'since-at-least'],
      ['price-mismatch:c1/n1#2', 1, 'ongoing'],
    ]);
  });

  test('a day that is not settled does not end an episode', () => {
    const young = audit({
      window: window(1),
      type: 'AuditAllocationReconciliation',
      status: 'Skipped',
      description: 'not settled yet: …',
    });
    const audits = [reconciliation(0, ['c1/n1']), young, reconciliation(2, ['c1/n1'])];
    expect(diagnose(audits, context({ evidence: [] })).findings).toHaveLength(1);
  });
});

test('ids are unique, also of objects that were folded in different windows', () => {
  const of = (offset: number, nodes: readonly string[]) =>
    failed(
      nodes.map((node): [string[], number, number] => [[`c1/${node}`, 'CPU'], 1, 1.1]),
      { window: window(offset), type: 'AuditAllocationReconciliation', resolution: 0.0001 },
    );
  const { findings } = diagnose([of(0, ['a', 'b']), of(1, ['c', 'd'])], context({ evidence: [] }));
  expect(findings.map(({ id }) => id).sort()).toEqual(['price-mismatch:c1', 'price-mismatch:c1#2']);
});

test.each([
  [null, 'Prometheus keeps 97 h by default'],
  [day, 'Prometheus keeps 24 h'],
])('a repair is refused after the retention of Prometheus: %s', (retention, reason) => {
  const lost = evidence({ volumes: [volume] });
  const { findings } = diagnose(
    [equality('c1', 30, { volumes: 0.66 })],
    context({ evidence: [lost], retention, now: dayStart + 20 * day }),
  );
  expect(findings[0]?.actions.map(({ text }) => text).join()).toContain(reason);
});

test('a repair has the deadline that the reported retention allows', () => {
  const { findings } = diagnose(
    [equality('c1', 30, { volumes: 0.66 })],
    context({
      evidence: [evidence({ volumes: [volume] })],
      retention: 30 * day,
      now: dayStart + 20 * day,
    }),
  );
  const deadline = new Date(dayStart + 30 * day - 6 * hour).toISOString().replace('.000Z', 'Z');
  expect(findings[0]?.actions.flatMap(({ before }) => before ?? [])).toContain(deadline);
});

test('healthy windows have no findings', () => {
  const use = [nodeUse()];
  const { findings } = diagnose(
    [audit(on)],
    context({ evidence: [evidence({ nodes: [nodeAsset()], use })] }),
  );
  expect(findings).toEqual([]);
});

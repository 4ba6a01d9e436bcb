import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { startDemo } from '../../src/demo/server.ts';
import type { ProductVariantName } from '../../src/demo/variants.ts';
import type { Code } from '../../src/diagnosis/codes.ts';
import { codeInfo, isLegal } from '../../src/diagnosis/codes.ts';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import type { Finding } from '../../src/diagnosis/schema.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';

const now = '2026-03-11T12:00:00Z';
const day = '2026-03-07';
const window = '2026-03-06,2026-03-09';
const variants = ['kubecost-1.105', 'kubecost-2', 'kubecost-3', 'opencost'] as const;

interface Expected {
  readonly code: Code | Partial<Record<ProductVariantName, Code>>;
  readonly kind: NonNullable<Finding['object']>['kind'];
  /** Stores that hold the wrong number. */
  readonly wrong: Finding['wrong'];
  readonly sign: 1 | -1;
  readonly basis: readonly Finding['amount']['basis'][];
  /** Products without the store that is wrong. */
  readonly except?: readonly ProductVariantName[];
}

const expected: Readonly<Record<string, Expected>> = {
  'price-drift': {
    code: 'price-mismatch',
    kind: 'node',
    wrong: ['allocations'],
    sign: 1,
    basis: ['measured'],
  },
  'lost-disk': {
    code: 'disk-without-asset',
    kind: 'volume',
    wrong: ['assets'],
    sign: -1,
    basis: ['measured'],
  },
  'lost-node': {
    code: 'node-without-asset',
    kind: 'node',
    wrong: ['assets'],
    sign: -1,
    basis: ['estimated', 'lower-bound'],
  },
  'absurd-request': {
    code: 'absurd-request',
    kind: 'container',
    wrong: ['allocations'],
    sign: 1,
    basis: ['lower-bound'],
  },
  'prices-stop': {
    code: 'node-partly-recorded',
    kind: 'node',
    wrong: ['assets', 'idle'],
    sign: -1,
    basis: ['estimated'],
  },
  'duplicate-node': {
    code: 'duplicate-asset',
    kind: 'node',
    wrong: ['assets', 'idle'],
    sign: 1,
    basis: ['measured'],
  },
  'cluster-typo': {
    code: 'cluster-id-mismatch',
    kind: 'node',
    wrong: ['assets'],
    sign: -1,
    basis: ['estimated', 'lower-bound'],
  },
  'node-renamed': {
    code: 'node-name-mismatch',
    kind: 'node',
    wrong: ['allocations'],
    sign: 1,
    basis: ['measured'],
  },
  'pods-missing': {
    code: 'cluster-in-one-store',
    kind: 'cluster',
    wrong: ['allocations'],
    sign: -1,
    basis: ['lower-bound'],
  },
  'no-samples': {
    code: 'no-data-day',
    kind: 'day',
    wrong: ['allocations', 'assets'],
    sign: -1,
    basis: ['estimated'],
  },
  'stale-allocation-total': {
    code: 'allocation-totals-stale',
    kind: 'node',
    wrong: ['allocation-totals', 'idle'],
    sign: 1,
    basis: ['measured'],
    except: ['opencost'],
  },
  'stale-asset-total': {
    code: 'asset-totals-stale',
    kind: 'node',
    wrong: ['asset-totals', 'idle'],
    sign: -1,
    basis: ['measured'],
    except: ['opencost'],
  },
  'stale-allocation-agg': {
    code: 'allocation-aggregate-stale',
    kind: 'slice',
    wrong: ['allocation-aggregates'],
    sign: -1,
    basis: ['measured'],
    except: ['opencost'],
  },
  'stale-asset-agg': {
    code: 'asset-aggregate-stale',
    kind: 'slice',
    wrong: ['asset-aggregates'],
    sign: -1,
    basis: ['measured'],
    except: ['opencost'],
  },
  'bill-mismatch': {
    code: 'bill-mismatch',
    kind: 'bill',
    wrong: ['assets'],
    sign: -1,
    basis: ['measured'],
    except: ['opencost'],
  },
  'double-count': {
    code: 'duplicate-pod',
    kind: 'container',
    wrong: ['allocations'],
    sign: 1,
    basis: ['measured', 'unknown'],
  },
  'reconcile-error': {
    code: 'allocations-not-reconciled',
    kind: 'node',
    wrong: ['allocations'],
    sign: 1,
    basis: ['measured'],
    except: ['opencost'],
  },
  nan: {
    code: 'cost-not-a-number',
    kind: 'row',
    wrong: ['allocations'],
    sign: -1,
    basis: ['estimated', 'unknown'],
  },
  gap: {
    code: {
      'kubecost-1.105': 'missing-day',
      'kubecost-2': 'missing-day',
      'kubecost-3': 'empty-set',
      opencost: 'empty-set',
    },
    kind: 'day',
    wrong: ['allocations', 'assets'],
    sign: -1,
    basis: ['estimated'],
  },
  empty: {
    code: 'empty-set',
    kind: 'day',
    wrong: ['allocations', 'assets'],
    sign: -1,
    basis: ['estimated'],
  },
  'compute-error': {
    code: {
      'kubecost-1.105': 'missing-day',
      'kubecost-2': 'missing-day',
      'kubecost-3': 'empty-set',
      opencost: 'empty-set',
    },
    kind: 'day',
    wrong: ['allocations'],
    sign: -1,
    basis: ['estimated'],
  },
};

/** A local run against an embedded server with faults. */
async function diagnosed(as: ProductVariantName, faults: readonly string[]): Promise<AuditReport> {
  const world = { seed: 3, clusters: 2, nodes: 8, pods: 80, days: 10 };
  const clock = { now: () => Date.parse(now), sleep: async () => {} };
  const demo = await startDemo(
    { ...world, as, faults: faults.map(parseFault), port: 0 },
    { clock },
  );
  try {
    const argv = ['audit', 'run', '--url', demo.url, '--engine', 'local', '--window', window];
    const { stdout, stderr } = await ran(
      [...argv, '-o', 'json'],
      testDeps({ clock: new TestClock(now) }),
    );
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  } finally {
    await demo.close();
  }
}

function serious({ findings }: AuditReport): Finding[] {
  return findings.filter(({ severity }) => severity === 'critical' || severity === 'error');
}

/** What every report holds, whatever is wrong with the server. */
function expectConsistent({ audits, findings }: AuditReport): void {
  for (const audit of audits) {
    const own = findings.filter(({ explains }) =>
      explains.some(
        ({ type, window: of }) => type === audit.type && of.start === audit.window.start,
      ),
    );
    if (audit.status === 'Failed') expect(own.length).toBeGreaterThan(0);
    for (const { causes = [] } of audit.differences) {
      for (const { finding } of causes) expect(findings.map(({ id }) => id)).toContain(finding);
    }
  }
  for (const { code, variant, windows, ...finding } of findings) {
    const { detectedBy } = codeInfo(code);
    const failed = windows.every(({ start }) =>
      audits.some((audit) => audit.window.start === start && audit.status === 'Failed'),
    );
    if (!isLegal(code, variant) && detectedBy.length > 0) expect(failed).toBe(true);
    const texts = [
      finding.title,
      finding.explanation,
      ...finding.actions.map(({ text }) => text),
      ...finding.confirm.map(({ command }) => command),
    ];
    for (const text of texts) expect(text).not.toMatch(/\{[a-zA-Z]+\}|undefined|NaN /);
  }
}

describe.each(variants)('%s', (as) => {
  const faults = Object.entries(expected).filter(([, { except }]) => !except?.includes(as));

  test.each(faults)(
    '%s is one finding, about its object, side and day',
    async (fault, { code, kind, wrong, sign, basis }) => {
      const report = await diagnosed(as, [`${fault}=${day}`]);
      expect(serious(report).map(({ id }) => id)).toHaveLength(1);
      const [finding] = serious(report);
      const objects = finding?.objects ?? [];
      expect(finding).toMatchObject({
        code: typeof code === 'string' ? code : code[as],
        wrong,
        first: `${day}T00:00:00Z`,
        last: '2026-03-08T00:00:00Z',
      });
      expect(new Set(objects.map((object) => object.kind))).toEqual(new Set([kind]));
      expect(basis).toContain(finding?.amount.basis);
      if (finding?.amount.total !== null) expect(Math.sign(finding?.amount.total ?? 0)).toBe(sign);
      expectConsistent(report);
    },
  );

  test('samples that stop are one finding for each cluster, too low by what the days around it cost more', async () => {
    const report = await diagnosed(as, [`samples-stop=${day}`]);
    const found = serious(report);
    expect(found.map(({ id }) => id).sort()).toEqual(
      ['one', 'two'].map((name) => `partial-day:cluster-${name}`),
    );
    const costs = await diagnosed(as, [`gap=${day}`]);
    const whole = serious(costs)[0]?.amount.total ?? 0;
    // ten of the 24 hours are gone, from every row
    const lost = found.reduce((sum, { amount }) => sum + (amount.total ?? 0), 0);
    expect(lost / whole).toBeGreaterThan(0.2);
    expect(lost / whole).toBeLessThan(0.6);
    expect(found[0]?.title).toMatch(/was recorded for 14 of 24 hours on 2026-03-07/);
    expectConsistent(report);
  });

  test('nothing is found on a healthy server', async () => {
    const { findings } = await diagnosed(as, []);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  test('more on a node than it has is a warning, and no audit fails by it', async () => {
    const { audits, findings } = await diagnosed(as, [`over-allocated=${day}`]);
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning over-allocated-node',
    ]);
    expect(audits.filter(({ status }) => status === 'Failed')).toEqual([]);
  });
});

describe('pairs of faults are told apart', () => {
  test.each([
    ['lost-disk', 'lost-node'],
    ['price-drift', 'double-count'],
    ['lost-disk', 'price-drift'],
  ])('%s and %s on one day', async (one, other) => {
    const report = await diagnosed('kubecost-2', [`${one}=${day}`, `${other}=${day}`]);
    expect(
      serious(report)
        .map(({ code }) => code)
        .sort(),
    ).toEqual([expected[one]?.code, expected[other]?.code].sort());
    expectConsistent(report);
  });

  test('the same fault on adjacent days is one finding over both', async () => {
    const { findings } = await diagnosed('kubecost-2', [
      `lost-disk=${day}`,
      'lost-disk=2026-03-08',
    ]);
    expect(findings.map(({ code, windows }) => [code, windows.length])).toEqual([
      ['disk-without-asset', 2],
    ]);
  });

  test('different faults on adjacent days are two findings', async () => {
    const report = await diagnosed('opencost', [`lost-disk=${day}`, 'price-drift=2026-03-08']);
    expect(
      serious(report)
        .map(({ code, first }) => `${code} ${first.slice(0, 10)}`)
        .sort(),
    ).toEqual([`disk-without-asset ${day}`, 'price-mismatch 2026-03-08']);
  });
});

describe('other ways to a report', () => {
  test.each(['lost-disk', 'stale-asset-total', 'reconcile-error'])(
    "the server's own audits of %s are diagnosed from its allocations and assets",
    async (fault) => {
      const world = { seed: 3, clusters: 2, nodes: 8, pods: 80, days: 10, speed: 1e6 };
      const clock = { now: () => Date.parse(now), sleep: async () => {} };
      const faults = [parseFault(`${fault}=${day}`)];
      const demo = await startDemo({ ...world, as: 'kubecost-1.105', faults, port: 0 }, { clock });
      try {
        const deps = testDeps({ clock: new TestClock(now) });
        const { stdout } = await ran(
          ['audit', 'list', '--url', demo.url, '--window', window, '-o', 'json'],
          deps,
        );
        const report: AuditReport = JSON.parse(stdout);
        expect(serious(report)).toMatchObject([
          { code: expected[fault]?.code, wrong: expected[fault]?.wrong, first: `${day}T00:00:00Z` },
        ]);
        expectConsistent(report);
      } finally {
        await demo.close();
      }
    },
  );

  test('a recording has the findings of the run that it was made by', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kc-etl-'));
    const world = { seed: 3, clusters: 2, nodes: 8, pods: 80, days: 10 };
    const clock = { now: () => Date.parse(now), sleep: async () => {} };
    const faults = [`lost-disk=${day}`, `double-count=${day}`].map(parseFault);
    const demo = await startDemo({ ...world, as: 'kubecost-2', faults, port: 0 }, { clock });
    const findingsOf = async (...source: string[]) => {
      const argv = [
        'audit',
        'run',
        '--engine',
        'local',
        '--window',
        window,
        '-o',
        'json',
        ...source,
      ];
      const { stdout } = await ran(argv, testDeps({ clock: new TestClock(now) }));
      const { findings }: AuditReport = JSON.parse(stdout);
      // commands name the server that was asked
      return findings.map(({ confirm: _, ...finding }) => finding);
    };
    try {
      const live = await findingsOf('--url', demo.url, '--record', join(folder, 'rec'));
      await demo.close();
      expect(live).toHaveLength(2);
      expect(await findingsOf('--from', join(folder, 'rec'))).toEqual(live);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

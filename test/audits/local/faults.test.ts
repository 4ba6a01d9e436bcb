import { describe, expect, test } from 'vitest';
import type { Audit } from '../../../src/audits/schema.ts';
import { parseFault } from '../../../src/demo/fault-option.ts';
import { startDemo } from '../../../src/demo/server.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { isPossible, noticed, noticedFaults } from './support/detected.ts';

type Variant = 'kubecost-1.105' | 'kubecost-2' | 'kubecost-3' | 'opencost';

const now = '2026-03-11T12:00:00Z';
/** Where faults are injected. */
const day = '2026-03-07';
const window = '2026-03-06,2026-03-09';

async function audited(
  variant: Variant,
  faults: readonly string[],
  more: readonly string[] = [],
): Promise<{ report: AuditReport; code: number; stderr: string }> {
  const world = { seed: 3, clusters: 2, nodes: 8, pods: 80, days: 10 };
  const clock = { now: () => Date.parse(now), sleep: async () => {} };
  const demo = await startDemo(
    { ...world, as: variant, faults: faults.map(parseFault), port: 0 },
    { clock },
  );
  try {
    const argv = ['audit', 'run', '--url', demo.url, '--engine', 'local', '--window', window];
    const deps = testDeps({ clock: new TestClock(now) });
    const { stdout, stderr, code } = await ran([...argv, '-o', 'json', ...more], deps);
    if (stdout === '') throw new Error(stderr);
    return { report: JSON.parse(stdout), code, stderr };
  } finally {
    await demo.close();
  }
}

/** Audits with a finding, as `2026-03-07 AuditClusterEquality Failed`. */
function findings({ audits }: Pick<AuditReport, 'audits'>): string[] {
  return audits
    .filter(({ differences, missing }) => differences.length + missing.length > 0)
    .map(({ window: { start }, type, status }) => `${start.slice(0, 10)} ${type} ${status}`);
}

function auditOf({ audits }: AuditReport, type: string, on = day): Audit {
  const audit = audits.find((one) => one.type === type && one.window.start.startsWith(on));
  if (!audit) throw new Error(`no ${type}`);
  return audit;
}

const skippedOn: Record<Variant, readonly string[]> = {
  'kubecost-1.105': [],
  'kubecost-2': [],
  'kubecost-3': [],
  opencost: [
    'AuditAllocationTotalStore',
    'AuditAssetReconciliation',
    'AuditAssetTotalStore',
    'AuditAssetAggStore',
  ],
};
const variants = Object.keys(skippedOn) as Variant[]; // keys() forgets which

describe.each(variants)('%s', (variant) => {
  test('a healthy world has no finding, and nothing is skipped that can be answered', async () => {
    const { report, code } = await audited(variant, []);
    expect(findings(report)).toEqual([]);
    const skipped = new Set(
      report.audits.filter(({ status }) => status === 'Skipped').map(({ type }) => type),
    );
    expect([...skipped].sort()).toEqual([...skippedOn[variant]].sort());
    expect(report.audits).toHaveLength(3 * 17);
    expect(code).toBe(0);
  });
});

describe.each(noticedFaults)('%s', (fault) => {
  test.each(variants)('is detected on %s by its audits and no other', async (variant) => {
    const own = noticed(fault, variant).map((found) => `${day} ${found}`);
    const { report, code } = await audited(variant, [`${fault}=${day}`]);
    const certain = report.audits.filter(({ type }) => !isPossible(type, fault));
    expect(findings({ audits: certain })).toEqual(own);
    expect(code).toBe(own.some((one) => one.endsWith('Failed')) ? 1 : 0);
  });
});

test('the audits that need a day without data are skipped, on that day alone', async () => {
  const { report } = await audited('kubecost-1.105', [`gap=${day}`]);
  for (const { type, status, window: on } of report.audits) {
    const gone = on.start.startsWith(day) && type !== 'CheckMissingWindow';
    expect(`${type} ${status}`).toBe(
      `${type} ${gone ? 'Skipped' : type === 'CheckMissingWindow' && on.start.startsWith(day) ? 'Failed' : 'Passed'}`,
    );
  }
});

test('a null makes the audits that need its row skipped', async () => {
  const { report } = await audited('kubecost-1.105', [`nan=${day}`]);
  const skipped = report.audits.filter(({ status }) => status === 'Skipped').map((a) => a.type);
  expect(skipped).toEqual([
    'AuditAllocationReconciliation',
    'AuditAllocationTotalStore',
    'AuditAllocationAggStore',
    'CheckAllocationSum',
    'CheckOverAllocation',
    'CheckNegativeCost',
    'CheckSummary',
  ]);
  expect(auditOf(report, 'CheckNullCost').differences[0]?.key[1]).toMatch(/Cost$/);
});

test('a price that drifted is named with its node, resource and ratio', async () => {
  const { report } = await audited('kubecost-1.105', [`price-drift=${day}`]);
  const audit = auditOf(report, 'AuditAllocationReconciliation');
  expect(audit.differences.map(({ key }) => key[1])).toEqual(['CPU', 'RAM']);
  for (const { relative, causes } of audit.differences) {
    expect(relative).toBeCloseTo(0.1, 3);
    expect(causes?.[0]).toMatchObject({ code: 'price-mismatch' });
  }
});

test('a lost disk shows as volumes that no disk stands behind, with nothing unexplained', async () => {
  const { report } = await audited('kubecost-1.105', [`lost-disk=${day}`]);
  const [difference] = auditOf(report, 'AuditClusterEquality').differences;
  expect(difference?.causes?.map(({ code }) => code)).toEqual(['disk-without-asset']);
  expect(difference?.causes?.[0]?.amount).toBeCloseTo(difference?.delta ?? 0, 3);
});

test('on OpenCost a tolerance in per cent is a part of what the node costs', async () => {
  const statusOf = async (...more: string[]) =>
    auditOf((await audited('opencost', [`over-allocated=${day}`], more)).report, equality).status;
  const equality = 'AuditClusterEquality';
  expect(await statusOf()).toBe('Warning');
  expect(await statusOf('--tolerance', '1%')).toBe('Warning');
  expect(await statusOf('--tolerance', '100%')).toBe('Passed');
});

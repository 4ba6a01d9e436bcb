import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { recording } from '../../support/recordings.ts';

/** What one recorded server is, and the verdict that is right for it. */
interface Recorded {
  /** A folder of test/fixtures/audits, or of test/fixtures/diagnosis where it begins with it. */
  readonly folder: string;
  readonly window?: string;
  readonly argv?: readonly string[];
  /** `CheckDuplicate Failed`, of all audits that are Failed or a Warning, with their first keys. */
  readonly found: Readonly<Record<string, readonly string[]>>;
  /** Audits that are Skipped for another reason than the product, and a part of their reason. */
  readonly skipped?: Readonly<Record<string, RegExp>>;
  readonly code: number;
}

const overAllocated = {
  'AuditClusterEquality Warning': ['c2'],
  'CheckOverAllocation Warning': ['c2/c2-gpu'],
} as const;

const idleUnplaced =
  /the idle row __idle__ does not name its node|the row __idle__ does not name its cluster/;
const notKnown = /not known/;
const leftovers = /only leftovers of the window before/;

const recordings: readonly Recorded[] = [
  {
    folder: 'diagnosis/row-limit',
    found: {},
    skipped: { '*': /exceeds the limit of 75000/ },
    code: 3,
  },
  { folder: 'hourly-sets', found: {}, code: 0 },
  { folder: 'sets-outside-window', found: {}, code: 0 },
  {
    folder: 'fargate-node-is-an-asset',
    argv: ['--type', 'AuditClusterEquality'],
    found: {},
    code: 0,
  },
  {
    folder: 'label-names',
    argv: ['--type', 'AuditAllocationAggStore', '--aggregate', 'label:demo-workflow'],
    found: {},
    code: 0,
  },
  {
    folder: 'row-without-costs',
    found: { 'CheckNullCost Failed': ['c1/n2/b/db-1/main'] },
    skipped: {
      AuditAllocationReconciliation: notKnown,
      AuditClusterEquality: notKnown,
      CheckAllocationSum: /c1\/n2\/b\/db-1\/main/,
      CheckOverAllocation: notKnown,
      CheckNegativeCost: /c1\/n2\/b\/db-1\/main/,
    },
    code: 1,
  },
  { folder: 'unmounted-load-balancer', argv: ['--aggregate', 'service'], found: {}, code: 0 },
  { folder: 'no-cluster-id', found: {}, code: 0 },
  { folder: 'fargate-without-asset', found: {}, code: 0 },
  {
    folder: 'diagnosis/all-prices-zero',
    found: { 'CheckNodeRecord Warning': ['default-cluster/n1'] },
    code: 0,
  },
  {
    folder: 'idle-without-cluster',
    found: {},
    skipped: { AuditAllocationTotalStore: idleUnplaced, AuditClusterEquality: idleUnplaced },
    code: 0,
  },
  {
    folder: 'diagnosis/opencost-2026-11-12',
    window: '2026-11-12,2026-11-13',
    found: { 'CheckNodeRecord Failed': ['c1/c1-n2'], ...overAllocated },
    code: 1,
  },
  {
    folder: 'diagnosis/opencost-2026-11-15',
    window: '2026-11-15,2026-11-16',
    found: { 'CheckDuplicate Failed': ['c2/c2-n2'], ...overAllocated },
    code: 1,
  },
  {
    folder: 'opencost-2026-11-21',
    window: '2026-11-21,2026-11-22',
    found: overAllocated,
    code: 0,
  },
];

async function audited({ folder, window = '2024-05-06,2024-05-07', argv = [] }: Recorded) {
  const path = folder.includes('/') ? folder : join('audits', folder);
  using directory = recording(path);
  const run = ['audit', 'run', '--engine', 'local', '--from', directory.path, '-o', 'json'];
  const deps = testDeps({ clock: new TestClock('2026-12-24T00:00:00Z') });
  const { code, stdout } = await ran([...run, '--window', window, ...argv], deps);
  const { audits }: AuditReport = JSON.parse(stdout);
  return { code, audits };
}

const isOfProduct = /not offered by this product|does not exist there/;

test.each(recordings)('$folder', async (recorded) => {
  const { code, audits } = await audited(recorded);
  const found = audits
    .filter(({ status }) => status === 'Failed' || status === 'Warning')
    .map(({ type, status, differences, missing }): [string, string[]] => [
      `${type} ${status}`,
      [...new Set([...differences, ...missing].map(({ key }) => key[0] ?? ''))],
    ]);
  expect(Object.fromEntries(found)).toEqual(recorded.found);
  const skipped = audits.filter(
    ({ status, description }) =>
      status === 'Skipped' && (!isOfProduct.test(description) || recorded.code === 3),
  );
  const { '*': everywhere, ...reasons } = recorded.skipped ?? {};
  if (everywhere) for (const { description } of skipped) expect(description).toMatch(everywhere);
  else {
    expect(skipped.map(({ type }) => type)).toEqual(Object.keys(reasons));
    for (const { type, description } of skipped) expect(description).toMatch(reasons[type] ?? /^$/);
  }
  for (const { status, differences, missing, description } of audits) {
    if (status === 'Skipped') expect([differences, missing]).toEqual([[], []]);
    expect(description).not.toMatch(/NaN|Infinity/);
  }
  expect(code).toBe(recorded.code);
});

test('opencost-2026-11-13: a node without capacity is wrong in its price and its record', async () => {
  const window = '2026-11-13,2026-11-14';
  const { audits, code } = await audited({
    folder: 'diagnosis/opencost-2026-11-13',
    window,
    found: {},
    code: 1,
  });
  for (const type of ['AuditAllocationReconciliation', 'CheckNodeRecord']) {
    const audit = audits.find((one) => one.type === type);
    expect(audit?.status).toBe('Failed');
    expect(audit?.differences.map(({ key }) => key[0])).toContain('c1/c1-n3');
  }
  expect(code).toBe(1);
});

test('opencost-2026-11-19-to-22: the day without a sample fails, and nothing else is said of it', async () => {
  const window = '2026-11-19,2026-11-22';
  const { audits, code } = await audited({
    folder: 'diagnosis/opencost-2026-11-19-to-22',
    window,
    found: {},
    code: 1,
  });
  const of20 = audits.filter(({ window: { start } }) => start.startsWith('2026-11-20'));
  expect(of20.filter(({ status }) => status !== 'Skipped')).toMatchObject([
    { type: 'CheckMissingWindow', status: 'Failed' },
  ]);
  expect(of20.filter(({ description }) => leftovers.test(description)).length).toBe(12);
  expect(code).toBe(1);
});

test('opencost-2026-11-24: a cluster with nodes and no workload is found', async () => {
  const { audits, code } = await audited({
    folder: 'diagnosis/opencost-2026-11-24-pod-query-refused',
    window: '2026-11-24,2026-11-25',
    argv: ['--cluster', 'c2'],
    found: {},
    code: 1,
  });
  expect(audits.filter(({ status }) => status === 'Failed')).toMatchObject([
    { type: 'CheckMissingWindow', differences: [{ key: [expect.any(String), 'c2'] }] },
  ]);
  expect(code).toBe(1);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Audit } from '../../../src/audits/schema.ts';
import type { AuditType } from '../../../src/audits/types.ts';
import { auditStores } from '../../../src/demo/audits/engine.ts';
import { parseFault } from '../../../src/demo/fault-option.ts';
import { faults } from '../../../src/demo/faults.ts';
import { startDemo } from '../../../src/demo/server.ts';
import { dayOf, isoDate } from '../../../src/demo/time.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { UsageError } from '../../../src/errors.ts';
import { day } from '../../../src/time.ts';
import { kubecostOf, stoppedClock } from '../../demo/support/in-process.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { notAnswered } from './support/answerable.ts';
import { isPossible, type NoticedFault, noticed, noticedFaults } from './support/detected.ts';
import { auditedVariants, fuzzed, worlds } from './support/worlds.ts';

const { numRuns } = fuzzed(2, 0.002);

/** Every one has volumes, and a second node in its first cluster. */
const breakable = worlds().map((world) => {
  const nodes = world.nodes + world.clusters;
  return { ...world, nodes, pods: world.pods + 6 * nodes };
});

/** They leave a day without data, which shows between its neighbours alone. */
const wholeDays: readonly NoticedFault[] = ['gap', 'empty', 'no-samples', 'compute-error'];

/** Their keys are not the one node: it has several names in a day, or the fault has several nodes. */
const otherKeys: readonly NoticedFault[] = [
  'lost-node',
  'node-renamed',
  'cluster-typo',
  'discount-missing',
];

interface Broken {
  readonly audits: readonly Audit[];
  /** `cluster/node` or `cluster/disk`; null where the fault is in no such place. */
  readonly place: string | null;
}

type World = typeof breakable extends fc.Arbitrary<infer Value> ? Value : never;

async function audited(world: World, fault: NoticedFault, from: number): Promise<Broken> {
  const { now } = world;
  const clock = { now: () => now, sleep: async () => {} };
  const broken = [parseFault(`${fault}=${isoDate(from)}`)];
  const demo = await startDemo({ ...world, faults: broken, port: 0 }, { clock });
  try {
    const around = wholeDays.includes(fault) ? day : 0;
    const window = `${isoDate(from - around)},${isoDate(from + day + around)}`;
    const argv = ['audit', 'run', '--url', demo.url, '--engine', 'local', '--window', window];
    const deps = testDeps({ clock: new TestClock(now) });
    const { stdout, stderr } = await ran([...argv, '-o', 'json'], deps);
    if (stdout === '') throw new Error(stderr);
    const report: AuditReport = JSON.parse(stdout);
    const text = demo.describe().faults[0]?.text ?? '';
    return { audits: report.audits, place: /: (cluster-[a-z]+\/[^,]+)/.exec(text)?.[1] ?? null };
  } finally {
    await demo.close();
  }
}

/** What all assets of a day cost, as they are in the stores. */
function totalAssets(world: World, broken: readonly NoticedFault[], from: number): number {
  const faults = broken.map((fault) => `${fault}=${isoDate(from)}`);
  const { kubecost, now } = kubecostOf({ ...world, faults }, stoppedClock(world.now));
  const set = kubecost.pipeline.set('day', from, now());
  if (set === null) throw new Error('there is no such set');
  return auditStores(kubecost.stores, set).assetsTotal();
}

/** Whether the fault `discount-missing` has a node to affect on any day. */
function hasDiscount(world: World): boolean {
  try {
    kubecostOf({ ...world, faults: ['discount-missing=all'] }, stoppedClock(world.now));
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/** Keys that name another node or cluster than the one that is broken. */
function elsewhere({ type, differences, missing }: Audit, place: string): string[] {
  const [cluster = ''] = place.split('/');
  const here: Partial<Record<typeof type, (key: readonly string[]) => boolean>> = {
    AuditAllocationReconciliation: ([node]) => node === place,
    CheckOverAllocation: ([node]) => node === place,
    CheckNodeRecord: ([node]) => node === place,
    // a container that is counted twice is namespace/pod/container
    CheckDuplicate: ([name = '']) => name === place || name.split('/').length === 3,
    CheckNullCost: ([row]) => row?.startsWith(`${place}/`) ?? false,
    AuditClusterEquality: ([name]) => name === cluster,
    AuditAllocationTotalStore: ([kind, name]) => name === (kind === 'node' ? place : cluster),
    AuditAssetTotalStore: ([kind, name]) =>
      name === '(all)' || name === (kind === 'node' ? place : cluster),
  };
  return [...differences, ...missing]
    .filter(({ key }) => here[type]?.(key) === false)
    .map(({ key }) => `${type} ${key.join(' ')}`);
}

interface KnownSize {
  readonly type: AuditType;
  readonly kind?: string;
  /** Delta / expected, or the range that it is in. */
  readonly ratio: number | readonly [min: number, max: number];
}

/** What the delta of a difference must be of its expectation, where that follows from the fault alone. */
const ratios: Partial<Record<NoticedFault, KnownSize>> = {
  'price-drift': { type: 'AuditAllocationReconciliation', ratio: 0.1 },
  'prices-stop': { type: 'CheckNodeRecord', ratio: 14 / 24 - 1 },
  'samples-stop': { type: 'CheckMissingWindow', ratio: 14 / 24 - 1 },
  'pods-missing': { type: 'CheckMissingWindow', ratio: -1 },
  'duplicate-node': { type: 'CheckDuplicate', ratio: 1 },
  'over-allocated': { type: 'CheckOverAllocation', ratio: [0, 1] },
  'absurd-request': { type: 'CheckOverAllocation', ratio: [99, 100] },
  'stale-asset-total': { type: 'AuditAssetTotalStore', kind: 'node', ratio: -0.1 },
  'stale-asset-agg': { type: 'AuditAssetAggStore', kind: 'providerid', ratio: -0.1 },
  'bill-mismatch': { type: 'AuditAssetReconciliation', ratio: 1 / 1.1 - 1 },
};

/** Differences that are not of the size that the fault has. */
function wrongSize(audits: readonly Audit[], fault: NoticedFault): string[] {
  const known = ratios[fault];
  if (known === undefined) return [];
  const { ratio } = known;
  const [min, max] = typeof ratio === 'number' ? [ratio, ratio] : ratio;
  const differences = audits
    .filter(({ type }) => type === known.type)
    // minutes and counts have no resolution, but their ratio has digits
    .flatMap((audit) =>
      audit.differences.map((one) => ({ ...one, within: audit.resolution || 1e-9 })),
    )
    .filter(({ key: [kind] }) => known.kind === undefined || kind === known.kind);
  if (differences.length === 0) return ['none that tells the size'];
  return differences
    .filter(({ expected, delta, within }) => {
      const size = delta ?? 0;
      const of = expected ?? 0;
      return !(size >= min * of - within && size <= max * of + within);
    })
    .map(({ key, expected, actual }) => `${key.join(' ')}: ${expected} ${actual}`);
}

describe.each(noticedFaults)('%s', (fault) => {
  const takes: readonly string[] = faults[fault].accepts;
  const isPlaced = takes.includes('node') || takes.includes('disk');

  test.each(auditedVariants)(
    `is noticed by its audits and no other in ${numRuns} random %s`,
    {
      timeout: 300_000 + numRuns * 2000,
    },
    async (as) => {
      const property = fc.asyncProperty(breakable, fc.nat(2), async (any, back) => {
        const world = { ...any, as };
        const { now } = world;
        fc.pre(fault !== 'discount-missing' || hasDiscount(world));
        const from = dayOf(now) - (4 + back) * day;
        const { audits, place } = await audited(world, fault, from);
        const found = audits.filter(
          ({ differences, missing }) => differences.length + missing.length > 0,
        );
        if (fault === 'lost-disk' && as.startsWith('opencost') && found.length === 0) {
          // five minutes of every volume may be more than one volume
          const equality = audits.find(({ type }) => type === 'AuditClusterEquality');
          const cost = totalAssets(world, [], from) - totalAssets(world, [fault], from);
          expect(cost).toBeGreaterThan(0);
          expect(equality?.status).toBe('Passed');
          expect(equality?.resolution).toBeGreaterThanOrEqual(cost);
          return;
        }
        expect(
          found
            .filter(({ type }) => !isPossible(type, fault))
            .map(({ window, type, status }) => `${window.start.slice(0, 10)} ${type} ${status}`),
        ).toEqual(noticed(fault, as).map((audit) => `${isoDate(from)} ${audit}`));
        expect(place !== null).toBe(isPlaced);
        if (found.length > 0) expect(wrongSize(found, fault)).toEqual([]);
        if (place !== null && !otherKeys.includes(fault)) {
          expect(found.flatMap((audit) => elsewhere(audit, place))).toEqual([]);
        }
        if (fault === 'nan' || wholeDays.includes(fault)) return;
        // without any workload AllocationReconciliation has nothing to compare
        if (fault === 'pods-missing' && world.clusters === 1) return;
        const window = { start: from, end: from + day };
        const billed = fault !== 'samples-stop';
        const flags = { hourly: false, includeUnsettled: false, billed };
        const skipped = audits.filter(({ status }) => status === 'Skipped').map(({ type }) => type);
        expect(skipped.sort()).toEqual(
          [...notAnswered({ as, window, now, ...flags }).keys()].sort(),
        );
      });
      const nth =
        noticedFaults.indexOf(fault) * auditedVariants.length + auditedVariants.indexOf(as);
      await fc.assert(property, fuzzed(2, 0.002, nth));
    },
  );
});

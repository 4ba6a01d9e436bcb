import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FaultInfo } from '../../src/demo/fault-info.ts';
import { parseFault } from '../../src/demo/fault-option.ts';
import { type FaultName, faultNames, faults } from '../../src/demo/faults.ts';
import type { DemoOptions } from '../../src/demo/options.ts';
import { dayOf, isoDate } from '../../src/demo/time.ts';
import { UsageError } from '../../src/errors.ts';
import { day } from '../../src/time.ts';
import { findings } from './support/identities.ts';
import { answersOf, kubecostOf, noon, stoppedClock } from './support/in-process.ts';

/** `npm run fuzz` raises it. */
const runs = Math.ceil(Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000) / 100);

const storeFaults = faultNames.filter((name) => faults[name].detectedBy.audits.length > 0);

/** The audits and keys with a finding, by day. */
function found(options: Partial<Omit<DemoOptions, 'faults'>> & { faults: string[] }, now = noon) {
  const { kubecost } = kubecostOf(options, stoppedClock(now));
  const days = new Map<string, Map<string, string[]>>();
  for (const { window } of kubecost.pipeline.days(now)) {
    const audits = new Map<string, string[]>();
    for (const { audit, key } of findings(answersOf(kubecost, window.start, now))) {
      audits.set(audit, [...(audits.get(audit) ?? []), key]);
    }
    if (audits.size > 0) days.set(isoDate(window.start), audits);
  }
  return days;
}

/** The audits with a finding, without those that depend on how much the workloads use. */
function certain(name: FaultName, audits: ReadonlyMap<string, unknown> | undefined): string[] {
  const { possibly } = faults[name].detectedBy as FaultInfo['detectedBy']; // tuples of some of them
  return [...(audits?.keys() ?? [])].filter((audit) => !possibly.includes(audit)).sort();
}

/** Whether a random world has an object that the fault can affect. */
function hasTarget(name: FaultName, size: Partial<Omit<DemoOptions, 'faults'>>): boolean {
  try {
    kubecostOf({ ...size, days: 4, faults: [`${name}=2026-03-12`] });
    return true;
  } catch (error) {
    if (error instanceof UsageError && name === 'discount-missing') return false;
    throw error;
  }
}

describe('each fault', () => {
  const broken = isoDate(dayOf(noon) - 3 * day);

  test.each(storeFaults)('%s breaks what it claims, on its day, and nothing else', (name) => {
    const days = found({ faults: [name], days: 6 });
    expect([...days.keys()]).toEqual([broken]);
    expect(certain(name, days.get(broken))).toEqual([...faults[name].detectedBy.audits].sort());
  });

  test.each(storeFaults)(
    '%s does so in random worlds',
    { timeout: 300_000 + runs * 1000 },
    (name) => {
      fc.assert(
        fc.property(
          fc.nat(),
          fc.integer({ min: 1, max: 3 }),
          fc.nat(5),
          fc.nat(30),
          (seed, clusters, n, p) => {
            const nodes = 2 * clusters + n;
            const pods = nodes * 6 + p;
            fc.pre(hasTarget(name, { seed, clusters, nodes, pods }));
            const days = found({
              seed,
              clusters,
              nodes,
              pods,
              days: 4,
              faults: [`${name}=2026-03-12`],
            });
            expect([...days.keys()]).toEqual(['2026-03-12']);
            const audits = certain(name, days.get('2026-03-12'));
            expect(audits).toEqual([...faults[name].detectedBy.audits].sort());
          },
        ),
        { numRuns: runs },
      );
    },
  );

  test('over-allocated also breaks the equality of a cluster where idle cannot be below 0', () => {
    const days = found({ faults: ['over-allocated'], days: 6, as: 'kubecost-3' });
    const audits = [...(days.get(broken)?.keys() ?? [])];
    expect(audits.sort()).toEqual(['AuditClusterEquality', 'CheckOverAllocation']);
  });

  test('hits the node that is named, by the amount that is said', () => {
    const { kubecost } = kubecostOf();
    const answers = answersOf(kubecost, dayOf(noon) - 5 * day, noon);
    const node = answers.assets.find(
      (a) => a.type === 'Node' && a.cluster === 'cluster-two' && a.adjustment !== 0,
    );
    const when = isoDate(dayOf(noon) - 5 * day);
    const fault = `price-drift=cluster-two/${node?.name},25%,${when}`;
    const { kubecost: drifted } = kubecostOf({ faults: [fault] });
    const wrong = findings(answersOf(drifted, dayOf(noon) - 5 * day, noon));
    expect(wrong.map(({ key }) => key).sort()).toEqual(
      ['CPU', 'RAM'].map((resource) => `cluster-two/${node?.name} ${resource}`),
    );
    for (const { expected, actual } of wrong) expect(actual / expected).toBeCloseTo(1.25, 9);
  });

  test('hits every day when it is told to', () => {
    expect([...found({ faults: ['lost-disk=all'], days: 4 }).keys()]).toHaveLength(4);
  });

  test('several at a time break what each of them breaks', () => {
    const days = found({ faults: ['lost-disk=2026-03-10', 'bill-mismatch=2026-03-11'], days: 8 });
    expect([...days].map(([when, audits]) => [when, ...audits.keys()])).toEqual([
      ['2026-03-10', 'AuditClusterEquality'],
      ['2026-03-11', 'AuditAssetReconciliation'],
    ]);
  });
});

describe('parseFault', () => {
  test('suggests the nearest name and lists all', () => {
    expect(() => parseFault('lost-dsk')).toThrow(
      'unknown fault "lost-dsk", did you mean lost-disk?',
    );
    try {
      parseFault('nonsense');
    } catch (error) {
      expect(error).toMatchObject({ exitCode: 2, hint: expect.stringContaining('price-drift') });
    }
  });

  test.each([
    ['gap=2026-03-01', { day: Date.UTC(2026, 2, 1) }],
    ['gap=all', { day: 'all' }],
    ['price-drift=5%', { amount: 0.05 }],
    ['price-drift=node-3,-5%', { target: 'node-3', amount: -0.05 }],
    ['stopped=90m', { amount: 5_400_000 }],
    ['slow=250ms', { amount: 250 }],
    ['flaky=20%', { amount: 0.2 }],
    ['login', { amount: 1 }],
  ])('%s', (text, part) => {
    expect(parseFault(text)).toMatchObject(part);
  });

  test.each(['gap=node-3', 'gap=5%', 'flaky=120%', 'slow=20%', 'login=yes', 'gap=2026-02-31x'])(
    '%s is refused with the details that are accepted',
    (text) => {
      expect(() => parseFault(text)).toThrow(/does not accept/);
    },
  );

  test.each<[FaultName, string]>([
    ['lost-node', 'no-such-node'],
    ['lost-disk', 'no-such-disk'],
    ['gap', '1999-01-01'],
  ])('%s cannot hit %s', (name, detail) => {
    expect(() => kubecostOf({ faults: [`${name}=${detail}`] })).toThrow(UsageError);
  });
});

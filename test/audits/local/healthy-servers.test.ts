import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Audit } from '../../../src/audits/schema.ts';
import { auditTypeNames } from '../../../src/audits/types.ts';
import { parseFault } from '../../../src/demo/fault-option.ts';
import { startDemo } from '../../../src/demo/server.ts';
import { dayOf, rfc3339 } from '../../../src/demo/time.ts';
import { type ProductVariantName, productVariants } from '../../../src/demo/variants.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { day, hour, type Span } from '../../../src/time.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { complaints } from './support/answerable.ts';
import { auditedVariants, furtherAggregates, fuzzed, worlds } from './support/worlds.ts';

const runsOf = (as: ProductVariantName) => fuzzed(50, 0.1, auditedVariants.indexOf(as));
const { numRuns } = fuzzed(50, 0.1);

const flags = fc.record({
  /** Days or, of the settled hours, hours before the last one. */
  back: fc.nat(4),
  windows: fc.integer({ min: 1, max: 2 }),
  hourly: fc.constantFrom(false, false, false, true),
  /** Which cluster is asked for; null: all of them. */
  cluster: fc.option(fc.nat(3), { freq: 3 }),
  aggregates: fc.subarray([...furtherAggregates, 'namespace,service', 'cluster,label:app'], {
    maxLength: 2,
  }),
  concurrency: fc.option(fc.integer({ min: 1, max: 5 })),
});

/** What is legal on a server and changes its responses; OpenCost stores no sets. */
const everySetup = ['', 'federated', 'clock-off=-3h', 'clock-off', 'metrics-lost'] as const;
const kubecostSetups = [
  ...everySetup,
  ...['hourly-sets', 'hourly-sets', 'no-hourly-store'],
  ...['utc-offset=+01:00', 'utc-offset=-05:30', 'utc-offset=+13:00', 'utc-offset=-08:00'],
] as const;

function setupsOf(as: ProductVariantName): fc.Arbitrary<string> {
  const setups = productVariants[as].reconciles ? kubecostSetups : everySetup;
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(...setups) },
  );
}

type Flags = typeof flags extends fc.Arbitrary<infer Value> ? Value : never;

/** The windows that the flags mean; hours are those that the server still has sets of. */
function windowsOf({ back, windows, hourly }: Flags, now: number, setup: string): Span[] {
  const length = hourly ? hour : day;
  // days within the hourly retention are those that may come in 24 sets
  const settledDay = setup === 'hourly-sets' ? dayOf(now - 6 * hour) : dayOf(now) - 2 * day;
  const settled = hourly ? Math.floor(now / hour) * hour - 6 * hour : settledDay;
  const end = settled - (hourly ? 7 * back * hour : back * day);
  return Array.from({ length: windows }, (_, i) => ({
    start: end - (windows - i) * length,
    end: end - (windows - i - 1) * length,
  }));
}

describe.each(auditedVariants)('a healthy %s', (as) => {
  test(`has no finding and nothing skipped that can be answered, for ${numRuns} worlds`, {
    timeout: 300_000 + numRuns * 1000,
  }, async () => {
    let evaluated = 0;
    const setups = setupsOf(as);
    const audited = fc.asyncProperty(
      worlds(fc.constant(as)),
      flags,
      setups,
      async (world, any, setup) => {
        // without hours there are only days to ask for
        const given = { ...any, hourly: any.hourly && setup !== 'no-hourly-store' };
        const { now } = world;
        const clock = { now: () => now, sleep: async () => {} };
        const faults = setup === '' ? [] : [parseFault(setup)];
        const demo = await startDemo(
          { ...world, days: world.days + 1, faults, port: 0 },
          { clock },
        );
        try {
          const windows = windowsOf(given, now, setup);
          const argv = argvOf(demo, given, windows);
          const result = await ran(argv, testDeps({ clock: new TestClock(now) }));
          if (result.stdout === '') throw new Error(result.stderr);
          const report: AuditReport = JSON.parse(result.stdout);
          expect(report.audits).toHaveLength(windows.length * auditTypeNames.length);
          evaluated++;
          if (setup.startsWith('utc-offset')) {
            expect(report.audits.flatMap(wrongInOtherTime)).toEqual([]);
            expect([0, 3]).toContain(result.code);
            return;
          }
          const wrong = windows.flatMap((window) =>
            complaints(
              report.audits.filter(({ window: { start } }) => start === rfc3339(window.start)),
              { as, window, now, hourly: given.hourly, includeUnsettled: false, billed: true },
            ),
          );
          expect(wrong).toEqual([]);
          expect(report.findings?.filter(({ severity }) => severity !== 'info') ?? []).toEqual([]);
          // no bill of such a day has settled, so that costs may not be compared at all
          expect(setup === 'hourly-sets' ? [0, 3] : [0]).toContain(result.code);
          expect(result.stderr).not.toContain('warning');
        } finally {
          await demo.close();
        }
      },
    );
    await fc.assert(audited, runsOf(as));
    expect(evaluated).toBeGreaterThanOrEqual(numRuns);
  });
});

const acceptedReason =
  /its days begin at midnight of UTC[+-]|^not settled yet|^not offered by this/;

/** What is wrong with an audit of UTC days where the server has those of another time zone. */
function wrongInOtherTime({ type, status, description, differences, missing }: Audit): string[] {
  const isAccepted = status === 'Passed' || acceptedReason.test(description);
  if (differences.length + missing.length === 0 && isAccepted) return [];
  return [`${type}: ${status} ${description}`];
}

function argvOf(
  demo: Awaited<ReturnType<typeof startDemo>>,
  { hourly, cluster, aggregates, concurrency }: Flags,
  windows: readonly Span[],
): string[] {
  const [first, last] = [windows[0], windows.at(-1)];
  const { clusters } = demo.describe();
  const only = cluster === null ? undefined : clusters[cluster % clusters.length]?.id;
  return [
    ...['audit', 'run', '--url', demo.url, '--engine', 'local', '-o', 'json'],
    ...['--window', `${rfc3339(first?.start ?? 0)},${rfc3339(last?.end ?? 0)}`],
    ...(hourly ? ['--step', '1h'] : []),
    ...(only === undefined ? [] : ['--cluster', only]),
    ...aggregates.flatMap((property) => ['--aggregate', property]),
    ...(concurrency === null ? [] : ['--concurrency', String(concurrency)]),
  ];
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditTypeNames } from '../../../src/audits/types.ts';
import { startDemo } from '../../../src/demo/server.ts';
import { dayOf, rfc3339 } from '../../../src/demo/time.ts';
import type { ProductVariantName } from '../../../src/demo/variants.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { day, hour, type Span } from '../../../src/time.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { complaints } from './support/answerable.ts';
import { auditedVariants, furtherAggregates, fuzzed, worlds } from './support/worlds.ts';

const runsOf = (as: ProductVariantName) => fuzzed(50, 0.02, auditedVariants.indexOf(as));
const { numRuns } = fuzzed(50, 0.02);

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

type Flags = typeof flags extends fc.Arbitrary<infer Value> ? Value : never;

/** The windows that the flags mean; hours are those that the server still has sets of. */
function windowsOf({ back, windows, hourly }: Flags, now: number): Span[] {
  const length = hourly ? hour : day;
  const settled = hourly ? Math.floor(now / hour) * hour - 6 * hour : dayOf(now) - 2 * day;
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
    let judged = 0;
    const audited = fc.asyncProperty(worlds(fc.constant(as)), flags, async (world, given) => {
      const { now } = world;
      const clock = { now: () => now, sleep: async () => {} };
      const demo = await startDemo({ ...world, port: 0 }, { clock });
      try {
        const windows = windowsOf(given, now);
        const argv = argvOf(demo, given, windows);
        const result = await ran(argv, testDeps({ clock: new TestClock(now) }));
        if (result.stdout === '') throw new Error(result.stderr);
        const report: AuditReport = JSON.parse(result.stdout);
        expect(report.audits).toHaveLength(windows.length * auditTypeNames.length);
        const wrong = windows.flatMap((window) =>
          complaints(
            report.audits.filter(({ window: { start } }) => start === rfc3339(window.start)),
            { as, window, now, hourly: given.hourly, includeUnsettled: false, billed: true },
          ),
        );
        expect(wrong).toEqual([]);
        expect(report.findings?.filter(({ severity }) => severity !== 'info') ?? []).toEqual([]);
        expect([result.code, result.stderr]).toEqual([0, expect.not.stringContaining('warning')]);
        judged++;
      } finally {
        await demo.close();
      }
    });
    await fc.assert(audited, runsOf(as));
    expect(judged).toBeGreaterThanOrEqual(numRuns);
  });
});

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

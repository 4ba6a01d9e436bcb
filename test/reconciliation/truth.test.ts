import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Billing } from '../../src/reconciliation/billing.ts';
import { collectEvidence } from '../../src/reconciliation/collect.ts';
import { evaluateReconciliation } from '../../src/reconciliation/evaluate.ts';
import { billDeadline, type ReconciliationState } from '../../src/reconciliation/states.ts';
import {
  type ClusterDay,
  type Progress,
  sourceOf,
  spansOf,
  startOf,
  type World,
  type WorldDay,
} from './support/world.ts';

// a world has about ten cluster-days
const runs = Math.ceil(Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000) / 10);
const timeout = 10 * 60_000;

const clusterDay = fc.record({
  cluster: fc.constantFrom('one', 'two', 'three'),
  provider: fc.constantFrom('AWS', 'GCP', 'Azure'),
  nodes: fc.integer({ min: 2, max: 5 }),
  progress: fc.constantFrom<Progress>('whole', 'half', 'none', 'not-applied'),
  atListPrice: fc.boolean(),
  follow: fc.boolean(),
});

const worldDay: fc.Arbitrary<WorldDay> = fc.record({
  clusters: fc.uniqueArray(clusterDay, { selector: ({ cluster }) => cluster, minLength: 1 }),
  failing: fc.oneof(
    { weight: 8, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('assets', 'bills', 'allocations') },
  ),
  hourly: fc.boolean(),
});

const billing: fc.Arbitrary<Billing> = fc.record({
  integrations: fc.constantFrom(
    null,
    [],
    [{ provider: 'AWS', coverage: '', connection: '' }],
    [{ provider: '', coverage: '', connection: '' }],
  ),
  providers: fc.constantFrom(null, new Set<string>(), new Set(['gcp'])),
  failure: fc.constantFrom(null, null, 'status failed'),
});

const world: fc.Arbitrary<World> = fc.record({
  product: fc.constantFrom('kubecost', 'kubecost', 'kubecost', 'opencost'),
  hasCloudCost: fc.boolean(),
  billing,
  days: fc.array(worldDay, { minLength: 1, maxLength: 9 }),
  now: fc.constant(Date.UTC(2026, 10, 26)),
});

/** Whether any day that could be read shows a bill of the provider. */
function hasTrace(provider: string, { days, hasCloudCost }: World): boolean {
  return days.some(
    ({ failing, clusters }) =>
      failing !== 'assets' &&
      clusters.some((one) => {
        if (one.provider !== provider) return false;
        const isAdjusted = ['whole', 'half'].includes(one.progress) && !one.atListPrice;
        const showsBill = hasCloudCost && failing !== 'bills' && one.progress !== 'none';
        return isAdjusted || showsBill;
      }),
  );
}

function isBilled(provider: string, one: World): boolean | 'unknown' {
  const { integrations, providers, failure } = one.billing;
  if (hasTrace(provider, one)) return true;
  if (integrations?.some((given) => ['', provider].includes(given.provider))) return true;
  if (providers?.has(provider.toLowerCase())) return true;
  return failure === null ? false : 'unknown';
}

/** The state that a cluster's day must have, from what is true of it; null where it is unknown. */
function truth(cluster: ClusterDay, age: number, one: World): ReconciliationState | null {
  const failing = one.days[age]?.failing;
  const { progress, atListPrice, follow } = cluster;
  if (failing === 'assets') return null;
  if (one.product === 'opencost') return 'never';
  if (one.hasCloudCost && failing === 'bills') return null;
  const isVisible = one.hasCloudCost || !atListPrice;
  const isWhole = progress === 'whole' || (progress === 'not-applied' && atListPrice);
  if (isWhole && isVisible) {
    if (atListPrice) return 'reconciled';
    if (allocationsFail(age, one)) return null;
    return follow ? 'reconciled' : 'partial';
  }
  if (progress === 'half' && isVisible) return 'partial';
  const billed = isBilled(cluster.provider, one);
  if (billed === 'unknown') return null;
  if (!billed) return 'never';
  if (one.now - (startOf(one, age) + 24 * 3_600_000) < billDeadline) return 'pending';
  return one.hasCloudCost || one.billing.integrations !== null ? 'late' : null;
}

/** One request covers consecutive days with adjustments: a failure hides all of them. */
function allocationsFail(age: number, { days }: World): boolean {
  return sevenDayRuns(days).some(
    (run) => run.includes(age) && run.some((at) => days[at]?.failing === 'allocations'),
  );
}

/** Indices of consecutive days with adjusted nodes, oldest first, at most seven together. */
function sevenDayRuns(days: readonly WorldDay[]): number[][] {
  const runsOfDays: number[][] = [];
  for (let at = days.length - 1; at >= 0; at--) {
    const one = days[at];
    const isAdjusted = one?.clusters.some(
      ({ progress, atListPrice }) => ['whole', 'half'].includes(progress) && !atListPrice,
    );
    if (one?.failing === 'assets' || !isAdjusted) continue;
    const run = runsOfDays.at(-1);
    if (run?.at(-1) === at + 1 && run.length < 7) run.push(at);
    else runsOfDays.push([at]);
  }
  return runsOfDays;
}

test(
  'no state contradicts what is true of a cluster and day',
  async () => {
    await fc.assert(
      fc.asyncProperty(world, async (one) => {
        const source = sourceOf(one);
        const reconciles = one.product === 'kubecost';
        const evidence = await collectEvidence(spansOf(one), source, { reconciles, onDay() {} });
        const { days, unavailable } = evaluateReconciliation(evidence, {
          now: one.now,
          unsupported: reconciles ? null : 'OpenCost does not reconcile',
          billing: one.billing,
        });
        const all = [...days, ...unavailable];
        const states = one.days.flatMap(({ clusters }, age) =>
          clusters.map((cluster) => {
            const own = all.filter(
              (given) =>
                Date.parse(given.window.start) === startOf(one, age) &&
                (given.cluster === cluster.cluster || given.cluster === null),
            );
            const found = own.map((given) => ('state' in given ? given.state : null));
            return { age, cluster, expected: [truth(cluster, age, one)], found };
          }),
        );
        // one comparison for all: an assertion takes longer than what it asserts
        const wrong = states.filter(({ expected, found }) => `${expected}` !== `${found}`);
        expect(wrong).toEqual([]);
        expect(days.length).toBeLessThanOrEqual(states.length);
        const isOdd = days.some(({ state, until, billed }) => {
          const isPending = state === 'pending';
          return (until === null) === isPending || (billed.share ?? 0) > 1;
        });
        expect(isOdd).toBe(false);
      }),
      { numRuns: runs },
    );
  },
  timeout,
);

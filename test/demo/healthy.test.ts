import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf } from '../../src/demo/time.ts';
import { productVariantNames } from '../../src/demo/variants.ts';
import { day } from '../../src/time.ts';
import { findings } from './support/identities.ts';
import { answersOf, kubecostOf, stoppedClock } from './support/in-process.ts';

/** `npm run fuzz` raises it. */
const runs = Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000);

/** Sizes are small: what can go wrong goes wrong with few nodes, and a thousand worlds are to be made. */
const world = fc
  .record({
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    clusters: fc.integer({ min: 1, max: 3 }),
    moreNodes: fc.nat(6),
    morePods: fc.nat(40),
    as: fc.constantFrom(...productVariantNames),
    now: fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2028, 11, 31) }),
    back: fc.nat(6),
  })
  .map(({ moreNodes, morePods, ...rest }) => {
    const nodes = rest.clusters + moreNodes;
    return { ...rest, nodes, pods: nodes + morePods };
  });

describe('a healthy world', () => {
  test(`satisfies every identity, for ${runs} seeds and sizes`, {
    timeout: 300_000 + runs * 100,
  }, () => {
    fc.assert(
      fc.property(world, ({ now, back, ...size }) => {
        const { kubecost } = kubecostOf({ ...size, days: 8 }, stoppedClock(now));
        const start = dayOf(kubecost.pipeline.builtUntil(now) - 1) - back * day;
        expect(findings(answersOf(kubecost, start, now))).toEqual([]);
      }),
      { numRuns: runs },
    );
  });

  test('is the same for the same seed and time, and another for another seed', () => {
    const rows = (seed: number) => {
      const { kubecost, now } = kubecostOf({ seed });
      const [set] = kubecost.pipeline.days(now());
      return set ? JSON.stringify([...kubecost.stores.allocations(set)]) : '';
    };
    expect(rows(7)).toBe(rows(7));
    expect(rows(8)).not.toBe(rows(7));
  });

  test('has every kind of thing', () => {
    const { kubecost, now } = kubecostOf();
    const kinds = new Set<string>();
    const types = new Set<string>();
    const seen = { unmounted: 0, gpu: 0, balancer: 0, spot: 0, discount: 0, credit: 0, brief: 0 };
    for (const set of kubecost.pipeline.days(now())) {
      for (const a of kubecost.stores.allocations(set)) {
        kinds.add(a.properties.controllerKind);
        if (a.properties.container === '__unmounted__') seen.unmounted += 1;
        if (a.gpuHours > 0) seen.gpu += 1;
        if (a.lbs) seen.balancer += 1;
        if (a.end - a.start < 40 * 60_000) seen.brief += 1;
      }
      for (const a of kubecost.stores.assets(set)) {
        types.add(a.type);
        if (a.node?.preemptible) seen.spot += 1;
        if (a.node?.discount) seen.discount += 1;
        if (a.credit < 0) seen.credit += 1;
      }
    }
    expect([...kinds].sort()).toEqual([
      '',
      'daemonset',
      'deployment',
      'job',
      'replicaset',
      'statefulset',
    ]);
    expect([...types].sort()).toEqual([
      'Cloud',
      'ClusterManagement',
      'Disk',
      'LoadBalancer',
      'Network',
      'Node',
    ]);
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  });
});

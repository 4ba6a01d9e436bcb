import fc from 'fast-check';
import {
  type ProductVariantName,
  productVariantNames,
  productVariants,
} from '../../../../src/demo/variants.ts';

/** Product variants whose assets can be read; without them nothing can be compared. */
export const auditedVariants = productVariantNames.filter(
  (name) => productVariants[name].hasAssets,
);

/** Sizes are small: what can go wrong goes wrong with few nodes, and a thousand worlds are to be made. */
export function worlds(as: fc.Arbitrary<ProductVariantName> = fc.constantFrom(...auditedVariants)) {
  return fc
    .record({
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      clusters: fc.integer({ min: 1, max: 4 }),
      moreNodes: fc.nat(8),
      morePods: fc.nat(70),
      as,
      now: fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2028, 11, 31) }),
    })
    .map(({ moreNodes, morePods, ...rest }) => {
      const nodes = rest.clusters + moreNodes;
      return { ...rest, nodes, pods: nodes + morePods, days: 9 };
    });
}

/** Aggregates beyond those that are always audited. */
export const furtherAggregates = [
  'label:app',
  'label:team',
  'annotation:prometheus_io_scrape',
  'container',
  'service',
  'deployment',
  'statefulset',
  'daemonset',
  'job',
] as const;

/**
 * `KC_ETL_FUZZ_RUNS` (`npm run fuzz`) asks for more runs, with worlds that are new every time.
 *
 * @param share the part of the asked runs that one test does
 * @param nth of several tests: each has worlds of its own
 */
export function fuzzed(usual: number, share = 1, nth = 0): { numRuns: number; seed?: number } {
  const asked = process.env['KC_ETL_FUZZ_RUNS'];
  return asked === undefined
    ? { numRuns: usual, seed: 20260307 + nth }
    : { numRuns: Math.max(usual, Math.ceil(Number(asked) * share)) };
}

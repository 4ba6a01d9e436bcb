import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serverAuditTypes } from '../../src/audits/types.ts';
import { faultNames, faults } from '../../src/demo/faults.ts';
import { dayOf, isoDate } from '../../src/demo/time.ts';
import { productVariantNames, productVariants } from '../../src/demo/variants.ts';
import { day } from '../../src/time.ts';
import { kubecostOf, noon, stoppedClock } from './support/in-process.ts';

/** `npm run fuzz` raises it. */
const runs = Math.ceil(Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000) / 20);

type Options = Parameters<typeof kubecostOf>[0];

/** Every audit of every day that is not passed, as the server keeps it. */
function bad(options: Options, now = noon) {
  const { kubecost } = kubecostOf(options, stoppedClock(now));
  kubecost.audits.start(null, null, now);
  return kubecost.audits.sets(null, now).flatMap(({ window, results }) =>
    [...results.values()].flatMap((result) => {
      expect(result).not.toBeNull();
      return result && result.status !== 'Passed'
        ? [{ ...result, day: isoDate(window.start) }]
        : [];
    }),
  );
}

const broken = isoDate(dayOf(noon) - 3 * day);
const serverTypes: readonly string[] = serverAuditTypes;
const seen = faultNames.filter((name) =>
  faults[name].detectedBy.audits.some((type) => serverTypes.includes(type)),
);

test.each(seen)('the audits that a server keeps notice %s, and no other does', (name) => {
  const found = bad({ faults: [name], days: 6 });
  expect(new Set(found.map((result) => result.day))).toEqual(new Set([broken]));
  const claimed = faults[name].detectedBy.audits.filter((type) => serverTypes.includes(type));
  expect(found.map(({ type }) => type).sort()).toEqual([...claimed].sort());
});

test('a cost that is no number leaves what needs it undecided, and is no verdict', () => {
  const found = bad({ faults: ['nan'], days: 6 });
  expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['Warning']));
  expect(found.map(({ type }) => type)).toContain('AuditAllocationReconciliation');
  expect(found[0]?.description).toContain('is not known');
});

test('nothing hides behind rounding: a millionth of a price is found', () => {
  const found = bad({ faults: [`price-drift=0.0001%,${broken}`], days: 6 });
  expect(found.map(({ type, status }) => [type, status])).toContainEqual([
    'AuditAllocationReconciliation',
    'Failed',
  ]);
});

test(`every audit of a healthy store passes, for ${runs} seeds and sizes`, {
  timeout: 300_000 + runs * 500,
}, () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(6), fc.nat(40)),
      fc.constantFrom(...productVariantNames.filter((name) => productVariants[name].reconciles)),
      (seed, [clusters, moreNodes, morePods], as) => {
        const nodes = clusters + moreNodes;
        expect(bad({ seed, clusters, nodes, pods: nodes + morePods, days: 4, as })).toEqual([]);
      },
    ),
    { numRuns: runs },
  );
});

import { allocationKey } from '../../../costs/keys.ts';
import type { LocalAudit } from '../audit.ts';
import { compareSides } from '../side-comparison.ts';

/** The allocations aggregated here against what the server's aggregate store answers. */
export const allocationAggStore: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  requires: () => ['allocations'],
  optional: ({ properties }) => properties.map((property) => `allocations by ${property}` as const),
  evaluate(day, comparison) {
    const { half } = day.allocations.precision;
    for (const property of day.scope.properties) {
      if (allocationKey(property) === null) {
        comparison.unknown(`by ${property}: kc-etl does not know how its keys are made`);
        continue;
      }
      compareSides(day, `allocations by ${property}`, (...key) => key, half, comparison);
    }
  },
};

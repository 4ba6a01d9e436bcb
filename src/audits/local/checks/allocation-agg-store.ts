import { allocationKey } from '../../../costs/keys.ts';
import type { LocalAudit } from '../audit.ts';
import { compareAggregate } from '../keyed-comparison.ts';

/** The allocations aggregated here against the server's allocation aggregate store. */
export const allocationAggStore: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations'],
  optional: ({ properties }) => properties.map((property) => `allocations by ${property}` as const),
  comparesStores: true,
  evaluate(input, comparison) {
    for (const property of input.scope.properties) {
      if (allocationKey(property) === null) {
        comparison.undetermined(`by ${property}: kc-etl does not know how its keys are made`);
        continue;
      }
      const request = `allocations by ${property}` as const;
      compareAggregate(input, { request, keyOf: (...key) => key }, comparison);
    }
  },
};

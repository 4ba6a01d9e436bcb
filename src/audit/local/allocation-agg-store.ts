import type { LocalAudit } from './audit.ts';
import { allocationKey } from './keys.ts';
import { compareSides } from './side-comparison.ts';

/** The allocations aggregated here against what the server's aggregate store answers. */
export const allocationAggStore: LocalAudit = {
  settling: 'stores',
  bad: 'Failed',
  needs: () => ['allocations'],
  wants: ({ properties }) => properties.map((property) => `allocations by ${property}` as const),
  judge(day, comparison) {
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

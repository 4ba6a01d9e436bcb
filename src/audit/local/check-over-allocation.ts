import { plus } from './approx.ts';
import type { LocalAudit } from './audit.ts';
import { resources } from './node-price.ts';

/** Allocations that cost more than their node: legal, but hidden where a negative idle is cut off. */
export const checkOverAllocation: LocalAudit = {
  settling: 'stores',
  bad: 'Warning',
  needs: () => ['allocations', 'assets'],
  judge({ assets, allocations }, comparison) {
    for (const [node, prices] of [...assets.nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const use = allocations.node(node);
      if (!use) continue;
      for (const resource of resources) {
        const bound = plus(...prices.map(({ cost }) => cost[resource]));
        const used = use[resource].cost;
        if (used.value <= bound.value) {
          comparison.compared(comparison.resolutionOf(bound, used));
          continue;
        }
        comparison.compare([node, resource], bound, used, (amount) => [
          {
            code: 'over-allocation',
            amount,
            detail: `${resource} allocated beyond the node's cost`,
          },
        ]);
      }
    }
  },
};

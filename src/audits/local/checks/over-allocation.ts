import { plus } from '../../../costs/approximation.ts';
import type { LocalAudit } from '../audit.ts';
import { resources } from '../node-price.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';

/**
 * Allocations that cost more than their node because they have more hours than it: legal, but hidden
 * where a negative idle is cut off. Where only the price is higher it is AllocationReconciliation's.
 */
export const checkOverAllocation: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Warning',
  requires: () => ['allocations', 'assets'],
  evaluate({ assets, allocations }, comparison) {
    if (reportRowsWithoutNode({ assets, allocations }, comparison)) return;
    const dearer: string[] = [];
    for (const [node, prices] of [...assets.nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const use = allocations.node(node);
      if (!use) continue;
      for (const resource of resources) {
        const bound = plus(...prices.map(({ cost }) => cost[resource]));
        const used = use[resource].cost;
        const resolution = comparison.resolutionOf(bound, used);
        if (used.value <= bound.value) {
          comparison.compared(resolution);
          continue;
        }
        const hours = plus(...prices.map((price) => price.hours[resource]));
        const had = use[resource].hours;
        if (!Number.isNaN(used.value) && had.value <= hours.value + hours.error + had.error) {
          comparison.compared(resolution);
          const excess = used.value - bound.value;
          if (excess > resolution) dearer.push(`${node} ${resource} by ${excess.toFixed(5)}`);
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
    const [first, ...more] = dearer;
    if (first === undefined) return;
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    comparison.note(`dearer than its node, though not larger: ${first}${others}`);
  },
};

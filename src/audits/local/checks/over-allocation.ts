import { plus } from '../../../costs/approximation.ts';
import type { LocalAudit } from '../audit.ts';
import { resources } from '../node-price.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';

/**
 * Allocations that cost more than their node because they have more hours than it: legal, but hidden
 * where negative idle is reported as 0. A higher price alone is for AllocationReconciliation to find.
 */
export const checkOverAllocation: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations', 'assets'],
  evaluate({ assets, allocations }, comparison) {
    if (reportRowsWithoutNode({ assets, allocations }, comparison)) return;
    const overpriced: string[] = [];
    for (const [node, prices] of [...assets.nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const use = allocations.node(node);
      if (!use) continue;
      for (const resource of resources) {
        const bound = plus(...prices.map(({ cost }) => cost[resource]));
        const used = use[resource].cost;
        const resolution = comparison.resolutionOf(bound, used);
        const excess = used.value - bound.value;
        if (!Number.isFinite(excess)) {
          comparison.invalidData(`${node} / ${resource}: an amount that it needs is not known`);
          continue;
        }
        comparison.compared(resolution);
        if (excess <= resolution) continue;
        const capacity = plus(...prices.map(({ hours }) => hours[resource]));
        const { hours } = use[resource];
        if (hours.value <= capacity.value + capacity.error + hours.error) {
          overpriced.push(`${node} ${resource} by ${excess.toFixed(5)}`);
          continue;
        }
        const detail = `the ${resource} allocated costs more than the node`;
        comparison.addWarning([node, resource], bound.value, used.value, [
          { code: 'over-allocation', amount: excess, detail },
        ]);
      }
    }
    const [first, ...more] = overpriced;
    if (first === undefined) return;
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    comparison.remark(`costs more than its node without exceeding its capacity: ${first}${others}`);
  },
};

import { type Approx, plus } from '../../../costs/approximation.ts';
import type { ResourceUse } from '../allocation-sums.ts';
import type { LocalAudit } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import {
  exceedsCapacity,
  isLargerThanNode,
  type NodePrice,
  nodeSize,
  type Resource,
  resources,
} from '../node-price.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';

/**
 * Allocations that cost more than their node because they have more hours than it: legal, but hidden
 * where negative idle is reported as 0. A single container that is larger than its node cannot be: its
 * request is wrong. A higher price alone is for AllocationReconciliation to find.
 */
export const checkOverAllocation: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations', 'assets'],
  evaluate({ assets, allocations }, comparison) {
    if (reportRowsWithoutNode({ assets, allocations }, comparison)) return;
    const overpriced: string[] = [];
    for (const [node, records] of [...assets.nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const use = allocations.node(node);
      if (!use) continue;
      for (const resource of resources) {
        const excess = compareNode({ node, resource, records, use: use[resource] }, comparison);
        if (excess !== null) overpriced.push(`${node} ${resource} by ${excess.toFixed(5)}`);
      }
    }
    const [first, ...more] = overpriced;
    if (first === undefined) return;
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    comparison.remark(`costs more than its node without exceeding its capacity: ${first}${others}`);
  },
};

interface NodeResource {
  /** `cluster/node` */
  readonly node: string;
  readonly resource: Resource;
  readonly records: readonly NodePrice[];
  readonly use: ResourceUse;
}

/** @returns by how much the allocations cost more without exceeding the capacity; null: they do not */
function compareNode(compared: NodeResource, comparison: Comparison): number | null {
  const { node, resource, records, use } = compared;
  const bound = plus(...records.map(({ cost }) => cost[resource]));
  const resolution = comparison.resolutionOf(bound, use.cost);
  const excess = use.cost.value - bound.value;
  if (!Number.isFinite(excess)) {
    comparison.invalidData(`${node} / ${resource}: an amount that it needs is not known`);
    return null;
  }
  comparison.compared(resolution);
  if (reportLargeContainer(compared, { bound, excess, resolution }, comparison)) {
    return null;
  }
  if (excess <= resolution) return null;
  if (!exceedsCapacity(use.hours, records, resource) && hasCapacity(records, resource)) {
    return excess;
  }
  const detail = `the ${resource} allocated costs more than the node`;
  comparison.addWarning({
    key: [node, resource],
    expected: bound.value,
    actual: use.cost.value,
    resolution,
    causes: [{ code: 'over-allocation', amount: excess, detail }],
  });
  return null;
}

/** @returns whether the largest container of a node is larger than the node */
function reportLargeContainer(
  { node, resource, records, use: { largest, cost } }: NodeResource,
  of: { readonly bound: Approx; readonly excess: number; readonly resolution: number },
  comparison: Comparison,
): boolean {
  if (largest === null || !isLargerThanNode(largest, records, resource)) return false;
  const size = nodeSize(records, resource);
  const times = (largest.size / size).toPrecision(3);
  const detail = `${largest.name} holds ${times} times the ${resource} of the node`;
  const whole = (largest.cost * size) / largest.size;
  const { bound, excess, resolution } = of;
  const [expected, actual] =
    excess > resolution ? [bound.value, cost.value] : [whole, largest.cost];
  comparison.addDifference({
    key: [node, resource],
    expected,
    actual,
    resolution,
    causes: [{ code: 'absurd-request', amount: actual - expected, detail }],
  });
  return true;
}

function hasCapacity(records: readonly NodePrice[], resource: Resource): boolean {
  return plus(...records.map(({ hours }) => hours[resource])).value > 0;
}

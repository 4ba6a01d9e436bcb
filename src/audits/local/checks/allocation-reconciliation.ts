import { approx, nothing, times } from '../../../costs/approximation.ts';
import type { Cause } from '../../schema.ts';
import type { NodeUse } from '../allocation-sums.ts';
import type { LocalAudit } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import { type NodePrice, type Resource, resources, unitPrice } from '../node-price.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';
import { noHourly } from '../unsupported.ts';

/**
 * Node by node and resource by resource: do allocations cost what their hours cost at the node's
 * adjusted price? Unit prices are compared, because where idle is derived "allocations plus idle
 * equal assets" is true by construction.
 */
export const allocationReconciliation: LocalAudit = {
  settling: 'bills',
  differenceStatus: 'Failed',
  unsupportedReason: noHourly,
  requires: () => ['allocations', 'assets'],
  evaluate({ allocations, assets }, comparison) {
    if (reportRowsWithoutNode({ allocations, assets }, comparison)) return;
    for (const node of [...allocations.nodeNames].sort()) {
      const use = allocations.node(node);
      if (!use) continue;
      const prices = assets.nodes.get(node);
      if (!prices) {
        comparison.missing([node], `${costText(use)} of allocations on a node that is no asset`);
        continue;
      }
      for (const resource of resources) compareResource(node, resource, use, prices, comparison);
    }
  },
};

function compareResource(
  node: string,
  resource: Resource,
  use: NodeUse,
  prices: readonly NodePrice[],
  comparison: Comparison,
): void {
  const { hours, cost } = use[resource];
  if (hours.value === 0 && cost.value === 0) {
    comparison.compare([node, resource], approx(0, 0), cost);
    return;
  }
  const price = unitPrice(prices, resource);
  const free = prices.every(
    (one) => Math.abs(one.cost[resource].value) <= one.cost[resource].error,
  );
  if (price === null && !free) {
    const why = `${node} ${resource}: the node has no hours to make a price of`;
    const lost = prices.some((one) =>
      Number.isNaN(one.hours[resource].value + one.cost[resource].value),
    );
    if (lost) comparison.damaged(why);
    else comparison.unknown(why);
    return;
  }
  const expected = price === null ? nothing : times(price, hours);
  comparison.compare([node, resource], expected, cost, (delta) =>
    causesOf(delta, expected.value, use[resource].adjustment, cost.value, prices),
  );
}

function causesOf(
  delta: number,
  expected: number,
  adjustment: number,
  actual: number,
  prices: readonly NodePrice[],
): Cause[] {
  const adjusted = prices.some((price) => price.adjusted);
  if (adjusted && adjustment === 0) {
    return [
      {
        code: 'adjustment-missing',
        amount: delta,
        detail: 'the node is adjusted to its bill, its allocations are not',
      },
    ];
  }
  if (!adjusted && adjustment !== 0) {
    return [
      {
        code: 'adjustment-extra',
        amount: adjustment,
        detail: 'the allocations are adjusted, their node is not',
      },
    ];
  }
  const ratio = actual / expected;
  if (!Number.isFinite(ratio)) return [];
  return [
    {
      code: 'price-ratio',
      amount: delta,
      detail: `the allocations are priced at ${ratio.toPrecision(6)} times the node's price`,
    },
  ];
}

function costText(use: NodeUse): string {
  return resources.reduce((sum, resource) => sum + use[resource].cost.value, 0).toFixed(2);
}

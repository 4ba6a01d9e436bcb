import { approx, times, zero } from '../../../costs/approximation.ts';
import type { Cause } from '../../schema.ts';
import type { NodeUse } from '../allocation-sums.ts';
import type { LocalAudit } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import { type NodePrice, type Resource, resources, unitPrice } from '../node-price.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';
import { noHourly } from '../unsupported.ts';

/**
 * The cost of the allocations on a node against their hours at the node's adjusted price, resource by
 * resource. Unit prices are compared, because "allocations plus idle equal assets" is true by
 * construction wherever idle is derived.
 */
export const allocationReconciliation: LocalAudit = {
  settling: 'bills',
  unsupportedReason: noHourly,
  requires: () => ['allocations', 'assets'],
  comparesStores: true,
  evaluate({ allocations, assets }, comparison) {
    if (reportRowsWithoutNode({ allocations, assets }, comparison)) return;
    for (const node of [...allocations.nodeNames].sort()) {
      const use = allocations.node(node);
      if (!use) continue;
      const prices = assets.nodes.get(node);
      if (!prices) {
        comparison.addMissing([node], `${costText(use)} of allocations, and no asset record`);
        continue;
      }
      for (const resource of resources) {
        compareResource(comparison, { node, resource, use: use[resource], prices });
      }
    }
  },
};

interface NodeResource {
  /** `cluster/node` */
  readonly node: string;
  readonly resource: Resource;
  readonly use: NodeUse[Resource];
  readonly prices: readonly NodePrice[];
}

function compareResource(comparison: Comparison, compared: NodeResource): void {
  const { node, resource, use, prices } = compared;
  const { hours, cost } = use;
  if (hours.value === 0 && cost.value === 0) {
    comparison.compare([node, resource], approx(0), cost);
    return;
  }
  const price = unitPrice(prices, resource);
  const isFree = prices.every(
    (one) => Math.abs(one.cost[resource].value) <= one.cost[resource].error,
  );
  if (price === null && !isFree) {
    const reason = `${node} ${resource}: the node has a cost and no hours to derive a price from`;
    const isInvalid = prices.some((one) =>
      Number.isNaN(one.hours[resource].value + one.cost[resource].value),
    );
    if (isInvalid) comparison.invalidData(reason);
    else comparison.undetermined(reason);
    return;
  }
  const expected = price === null ? zero : times(price, hours);
  comparison.compare([node, resource], expected, cost, (delta) =>
    causesOf(delta, expected.value, compared),
  );
}

function causesOf(delta: number, expected: number, { use, prices }: NodeResource): Cause[] {
  const isAdjusted = prices.some((price) => price.adjusted);
  if (isAdjusted && use.adjustment === 0) {
    const detail = 'the node is adjusted to its bill, and its allocations are not';
    return [{ code: 'adjustment-missing', amount: delta, detail }];
  }
  if (!isAdjusted && use.adjustment !== 0) {
    const detail = 'the allocations are adjusted, and their node is not';
    return [{ code: 'adjustment-extra', amount: use.adjustment, detail }];
  }
  const ratio = use.cost.value / expected;
  if (!Number.isFinite(ratio)) return [];
  const detail = `the allocations are priced at ${ratio.toPrecision(6)} times the node's price`;
  return [{ code: 'price-ratio', amount: delta, detail }];
}

function costText(use: NodeUse): string {
  return resources.reduce((sum, resource) => sum + use[resource].cost.value, 0).toFixed(2);
}

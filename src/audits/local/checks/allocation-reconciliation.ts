import { approx, times, zero } from '../../../costs/approximation.ts';
import { Sum } from '../../../costs/sum.ts';
import { isVirtualNode } from '../../../costs/virtual-nodes.ts';
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
    const virtual = { nodes: 0, cost: new Sum() };
    for (const [cluster, name] of [...allocations.nodes()].sort(byName)) {
      const node = `${cluster}/${name}`;
      const use = allocations.node(node);
      if (!use) continue;
      const prices = assets.nodes.get(node);
      if (!prices && isVirtualNode(name)) {
        virtual.nodes++;
        virtual.cost.add(costOf(use));
        continue;
      }
      if (!prices) {
        comparison.addMissing(
          [node],
          `${costOf(use).toFixed(2)} of allocations, and no asset record`,
        );
        continue;
      }
      for (const resource of resources) {
        compareResource(comparison, { node, resource, use: use[resource], prices });
      }
    }
    if (virtual.nodes === 0) return;
    comparison.compared(0);
    const which = virtual.nodes === 1 ? '1 virtual node' : `${virtual.nodes} virtual nodes`;
    comparison.remark(`${virtual.cost.value.toFixed(2)} on ${which} without an asset record`);
  },
};

function byName([a, b]: readonly [string, string], [c, d]: readonly [string, string]): number {
  return a < c || (a === c && b < d) ? -1 : 1;
}

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

function costOf(use: NodeUse): number {
  return resources.reduce((sum, resource) => sum + use[resource].cost.value, 0);
}

import type { NodeAsset, PerResource } from '../audits/local/evidence/evidence.ts';

/**
 * The cost of each resource of a node, discount and adjustment included: a node has one adjustment,
 * which is spread over its resources by their costs.
 */
export function adjustedCosts({ costs, discount, cost, adjustment }: NodeAsset): PerResource {
  const listed = cost - adjustment;
  const rate = adjustment === 0 ? 1 : listed === 0 ? 0 : cost / listed;
  return {
    CPU: costs.CPU * (1 - discount) * rate,
    RAM: costs.RAM * (1 - discount) * rate,
    GPU: costs.GPU * rate,
  };
}

export function totalOf({ CPU, RAM, GPU }: PerResource): number {
  return CPU + RAM + GPU;
}

/** The sum of one figure over several node rows of one name. */
export function sumOf(nodes: readonly NodeAsset[], of: (node: NodeAsset) => number): number {
  return nodes.reduce((sum, node) => sum + of(node), 0);
}

import { type Approx, clamped, minus, plus } from '../../costs/approximation.ts';
import type { NodeUse } from './allocation-sums.ts';
import { type NodePrice, resources } from './node-price.ts';

/**
 * The idle of a node: its cost beyond its allocations, for CPU, GPU and RAM.
 *
 * @param clamps whether the server reports the negative idle of a resource as 0
 */
export function nodeIdle(
  prices: readonly NodePrice[],
  use: NodeUse | undefined,
  clamps: boolean,
): Approx {
  if (!clamps) {
    const used = use ? plus(...resources.map((resource) => use[resource].cost)) : plus();
    return minus(plus(...prices.map(({ total }) => total)), used);
  }
  return plus(
    ...resources.map((resource) => {
      const paid = plus(...prices.map(({ cost }) => cost[resource]));
      return clamped(use ? minus(paid, use[resource].cost) : paid);
    }),
  );
}

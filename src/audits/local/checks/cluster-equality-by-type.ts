import { type Approx, plus } from '../../../costs/approximation.ts';
import { isVirtualNode } from '../../../costs/virtual-nodes.ts';
import type { Cause } from '../../schema.ts';
import type { NodeUse } from '../allocation-sums.ts';
import type { AuditWindow } from '../audit-window.ts';
import type { Comparison } from '../comparison.ts';
import { resources } from '../node-price.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';

/** One kind of cost, or one resource of a node, on both sides. */
interface Side {
  /** What it adds to what is expected of the cluster. */
  readonly expected: Approx;
  readonly delta: number;
  readonly resolution: number;
  readonly cause: (delta: number) => Cause;
}

/**
 * OpenCost: a node's CPU, GPU and RAM are an upper bound of what is allocated on it, volumes are
 * compared with disks and load balancers with load balancers. It has no allocation of management,
 * attached disks and network: these are said, not compared.
 */
export function clusterEqualityByType(day: AuditWindow, comparison: Comparison): void {
  const { assets, allocations } = day;
  if (reportRowsWithoutNode(day, comparison)) return;
  const paid = assets.clusters();
  const names = new Set([...paid.keys(), ...allocations.clusterNames]);
  const overuse = nodeOveruse(day, comparison);
  for (const cluster of [...names].sort()) {
    if (cluster === '') continue;
    const costs = paid.get(cluster);
    const use = allocations.cluster(cluster);
    const side = (expected = plus(), actual = plus(), cause: Side['cause']): Side => ({
      expected,
      delta: actual.value - expected.value,
      resolution: comparison.resolutionOf(expected, actual),
      cause,
    });
    const sides: Side[] = [
      ...(overuse.get(cluster) ?? []),
      side(costs?.volumes, use?.volumes, (amount) => ({
        code: 'volumes',
        amount,
        detail: `persistent volumes against disks, ${(use?.unmounted ?? 0).toFixed(5)} of them unmounted`,
      })),
      side(costs?.['load balancers'], use?.loadBalancers, (amount) => ({
        code: 'load-balancers',
        amount,
        detail: 'load balancers on both sides',
      })),
    ];
    const remainder = costs
      ? plus(costs['attached disks'], costs.management, costs.network)
      : plus();
    const network = use?.network ?? 0;
    if (remainder.value !== 0 || network !== 0) {
      comparison.note(
        `${cluster}: not compared are ${remainder.value.toFixed(5)} of management, attached disks and ` +
          `network assets and ${network.toFixed(5)} of allocated network`,
      );
    }
    compareCluster(cluster, costs?.nodes ?? plus(), sides, comparison);
  }
}

/** One difference a cluster; each kind of cost is held against its own resolution. */
function compareCluster(
  cluster: string,
  nodes: Approx,
  sides: readonly Side[],
  comparison: Comparison,
): void {
  const causes: Cause[] = [];
  for (const { delta, resolution, cause } of sides) {
    if (!Number.isFinite(delta) || !Number.isFinite(resolution)) {
      comparison.damaged(`${cluster}: an amount that it needs is not known`);
    } else {
      comparison.compared(resolution);
      if (Math.abs(delta) > resolution) causes.push(cause(delta));
    }
  }
  if (causes.length === 0) return;
  const expected = plus(nodes, ...sides.map((side) => side.expected)).value;
  const delta = causes.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  comparison.differ([cluster], expected, expected + delta, causes);
}

/** What is allocated on each node beyond what it costs: nothing, on a healthy server. */
function nodeOveruse(
  { assets, allocations }: AuditWindow,
  comparison: Comparison,
): Map<string, Side[]> {
  const clusters = new Map<string, Side[]>();
  for (const [cluster, node] of allocations.nodes()) {
    const key = `${cluster}/${node}`;
    const use = allocations.node(key);
    if (!use) continue;
    const prices = assets.nodes.get(key);
    if (!prices && isVirtualNode(node)) {
      comparison.note(`${cluster}: ${sumOf(use).value.toFixed(5)} on ${node}, which is no asset`);
      continue;
    }
    const sides = resources.map((resource): Side => {
      const bound = prices ? plus(...prices.map(({ cost }) => cost[resource])) : plus();
      const used = use[resource].cost;
      const detail = prices
        ? `${resource} of ${node}: allocations cost more than the node`
        : `${resource} of ${node}, which is no asset`;
      const code = prices ? 'over-allocation' : 'node-without-asset';
      return {
        expected: plus(), // among the nodes' cost already
        delta: Math.max(0, used.value - bound.value),
        resolution: comparison.resolutionOf(bound, used),
        cause: (amount) => ({ code, amount, detail }),
      };
    });
    clusters.set(cluster, [...(clusters.get(cluster) ?? []), ...sides]);
  }
  return clusters;
}

function sumOf(use: NodeUse): Approx {
  return plus(...resources.map((resource) => use[resource].cost));
}

import { type Approx, plus } from '../../../costs/approximation.ts';
import { isVirtualNode } from '../../../costs/virtual-nodes.ts';
import type { Cause } from '../../schema.ts';
import type { NodeUse } from '../allocation-sums.ts';
import type { AuditInput } from '../audit-input.ts';
import type { Comparison } from '../comparison.ts';
import { resources } from '../node-price.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';

/** One kind of cost, or one resource of a node, in assets and allocations. */
interface Part {
  /** What it adds to the expectation of the cluster. */
  readonly expected: Approx;
  readonly delta: number;
  readonly resolution: number;
  readonly cause: (delta: number) => Cause;
}

/**
 * OpenCost: a node's CPU, GPU and RAM are an upper bound of what is allocated on it, volumes are
 * compared with disks and load balancers with load balancers. OpenCost allocates no management,
 * attached disks or network assets: their amounts are remarks.
 */
export function clusterEqualityByType(input: AuditInput, comparison: Comparison): void {
  const { assets, allocations } = input;
  if (reportRowsWithoutNode(input, comparison)) return;
  const paid = assets.clusters();
  const names = new Set([...paid.keys(), ...allocations.clusterNames]);
  const nodeParts = partsOfNodes(input, comparison);
  for (const cluster of [...names].sort()) {
    if (cluster === '') continue;
    const costs = paid.get(cluster);
    const use = allocations.cluster(cluster);
    const part = (expected = plus(), actual = plus(), cause: Part['cause']): Part => ({
      expected,
      delta: actual.value - expected.value,
      resolution: comparison.resolutionOf(expected, actual),
      cause,
    });
    const unmounted = (use?.unmounted ?? 0).toFixed(5);
    const parts: Part[] = [
      ...(nodeParts.get(cluster) ?? []),
      part(costs?.volumes, use?.volumes, (amount) => ({
        code: 'volumes',
        amount,
        detail: `persistent volumes against disks, ${unmounted} of them unmounted`,
      })),
      part(costs?.['load balancers'], use?.loadBalancers, (amount) => ({
        code: 'load-balancers',
        amount,
        detail: 'load balancers in allocations against load balancers in assets',
      })),
    ];
    const remainder = costs
      ? plus(costs['attached disks'], costs.management, costs.network)
      : plus();
    const network = use?.network ?? 0;
    if (remainder.value !== 0 || network !== 0) {
      comparison.remark(
        `${cluster}: not compared are ${remainder.value.toFixed(5)} of management, attached disks and ` +
          `network assets and ${network.toFixed(5)} of allocated network`,
      );
    }
    compareCluster(cluster, costs?.nodes ?? plus(), parts, comparison);
  }
}

/** Compares each part within its own resolution; a cluster has one difference at most. */
function compareCluster(
  cluster: string,
  nodes: Approx,
  parts: readonly Part[],
  comparison: Comparison,
): void {
  const causes: Cause[] = [];
  for (const { delta, resolution, cause } of parts) {
    if (!Number.isFinite(delta) || !Number.isFinite(resolution)) {
      comparison.invalidData(`${cluster}: an amount that it needs is not known`);
    } else {
      comparison.compared(resolution);
      if (Math.abs(delta) > resolution) causes.push(cause(delta));
    }
  }
  if (causes.length === 0) return;
  const expected = plus(nodes, ...parts.map((part) => part.expected)).value;
  const delta = causes.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  comparison.addDifference([cluster], expected, expected + delta, causes);
}

/** What is allocated on each node beyond its cost: nothing, on a healthy server. */
function partsOfNodes(
  { assets, allocations }: AuditInput,
  comparison: Comparison,
): Map<string, Part[]> {
  const clusters = new Map<string, Part[]>();
  for (const [cluster, node] of allocations.nodes()) {
    const key = `${cluster}/${node}`;
    const use = allocations.node(key);
    if (!use) continue;
    const prices = assets.nodes.get(key);
    if (!prices && isVirtualNode(node)) {
      const cost = costOf(use).value.toFixed(5);
      comparison.remark(`${cluster}: ${cost} on ${node}, which has no asset record`);
      continue;
    }
    const parts = resources.map((resource): Part => {
      const bound = prices ? plus(...prices.map(({ cost }) => cost[resource])) : plus();
      const used = use[resource].cost;
      const detail = prices
        ? `${resource} of ${node}: allocations cost more than the node`
        : `${resource} of ${node}, which has no asset record`;
      const code = prices ? 'over-allocation' : 'node-without-asset';
      return {
        expected: plus(), // part of the nodes' cost
        delta: Math.max(0, used.value - bound.value),
        resolution: comparison.resolutionOf(bound, used),
        cause: (amount) => ({ code, amount, detail }),
      };
    });
    clusters.set(cluster, [...(clusters.get(cluster) ?? []), ...parts]);
  }
  return clusters;
}

function costOf(use: NodeUse): Approx {
  return plus(...resources.map((resource) => use[resource].cost));
}

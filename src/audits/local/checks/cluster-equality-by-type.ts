import { type Approx, plus } from '../../../costs/approximation.ts';
import { isVirtualNode } from '../../../costs/virtual-nodes.ts';
import type { Cause } from '../../schema.ts';
import type { NodeUse, ResourceUse } from '../allocation-sums.ts';
import type { AuditInput } from '../audit-input.ts';
import type { Comparison } from '../comparison.ts';
import {
  exceedsCapacity,
  isLargerThanNode,
  type NodePrice,
  type Resource,
  resources,
} from '../node-price.ts';
import { costsWithoutCluster } from '../rows-without-cluster.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';

/** One kind of cost, or one resource of a node, in assets and allocations. */
interface Part {
  readonly expected: Approx;
  readonly actual: Approx;
  /** Whether `expected` is an upper bound. */
  readonly isBound: boolean;
  /** Whether a difference is legal: more requested or used than the node has. */
  readonly isLegal: boolean;
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
  const incomplete = costsWithoutCluster(paid.get(''), allocations);
  for (const cluster of [...names].sort()) {
    const costs = paid.get(cluster);
    const use = allocations.cluster(cluster);
    if (cluster === '' && incomplete !== null) {
      // a cluster that seems equal may lack it: its nodes are compared with an upper bound only
      comparison.undetermined(incomplete);
      continue;
    }
    const part = (expected = plus(), actual = plus(), cause: Part['cause']): Part => ({
      expected,
      actual,
      isBound: false,
      isLegal: false,
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
        `${cluster || 'rows without a cluster id'}: not compared are ${remainder.value.toFixed(5)} of management, attached disks and ` +
          `network assets and ${Number.isFinite(network) ? network.toFixed(5) : 'an unknown amount'} of allocated network`,
      );
    }
    compareCluster({ cluster, parts, incomplete }, comparison);
  }
}

interface ClusterParts {
  readonly cluster: string;
  readonly parts: readonly Part[];
  /** Why a part of the cluster may be missing on one side; null: none is. */
  readonly incomplete: string | null;
}

/**
 * Compares each part within its own resolution. A cluster has one difference at most, of the parts that
 * differ: both of its sums are of rows that the server printed.
 */
function compareCluster(
  { cluster, parts, incomplete }: ClusterParts,
  comparison: Comparison,
): void {
  const differing: Part[] = [];
  const causes: Cause[] = [];
  let error = 0;
  for (const part of parts) {
    const { expected, actual, isBound, cause } = part;
    const resolution = comparison.resolutionOf(expected, actual);
    const delta = actual.value - expected.value;
    if (!Number.isFinite(delta) || !Number.isFinite(resolution)) {
      comparison.invalidData(`${cluster}: an amount that it needs is not known`);
      continue;
    }
    comparison.compared(resolution);
    if (Math.abs(delta) <= resolution || (isBound && delta < 0)) continue;
    differing.push(part);
    error += resolution;
    causes.push(cause(delta));
  }
  if (differing.length === 0) return;
  if (incomplete !== null) {
    comparison.undetermined(incomplete);
    return;
  }
  const expected = plus(...differing.map((part) => part.expected)).value;
  const actual = plus(...differing.map((part) => part.actual)).value;
  if (differing.every(({ isLegal }) => isLegal)) {
    comparison.addWarning({ key: [cluster], expected, actual, resolution: error, causes });
  } else {
    comparison.addDifference({ key: [cluster], expected, actual, resolution: error, causes });
  }
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
        expected: bound,
        actual: used,
        isBound: true,
        isLegal: isLegalUse(use[resource], prices ?? [], resource),
        cause: (amount) => ({ code, amount, detail }),
      };
    });
    clusters.set(cluster, [...(clusters.get(cluster) ?? []), ...parts]);
  }
  return clusters;
}

/** Whether allocations exceed a node because of many containers, not because of one that cannot be. */
function isLegalUse(
  { hours, largest }: ResourceUse,
  records: readonly NodePrice[],
  resource: Resource,
): boolean {
  if (largest !== null && isLargerThanNode(largest, records, resource)) return false;
  return exceedsCapacity(hours, records, resource);
}

function costOf(use: NodeUse): Approx {
  return plus(...resources.map((resource) => use[resource].cost));
}

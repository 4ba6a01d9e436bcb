import { type Approx, minus, plus } from '../../../costs/approximation.ts';
import { isVirtualNode } from '../../../costs/virtual-nodes.ts';
import type { Cause } from '../../schema.ts';
import type { AssetCosts } from '../asset-sums.ts';
import type { AuditInput } from '../audit-input.ts';
import type { Comparison } from '../comparison.ts';
import { clusterOf, compareParts, type GroupedRow, sumOf } from '../grouped-rows.ts';
import { nodeNames } from './allocation-total-store.ts';

/** The rows of one cluster in a response with idle and tenancy. */
interface ClusterRows {
  /** Allocations and idle. */
  readonly all: GroupedRow[];
  /** Without idle. */
  readonly used: GroupedRow[];
}

/**
 * Kubecost: the assets of a cluster against its row with idle and tenancy shared. What one side never
 * has is left out of the comparison and becomes a remark.
 */
export function clusterEqualityTotal(input: AuditInput, comparison: Comparison): void {
  const { assets, clusters, idle } = input;
  if (!idle.rows.some((row) => !row.idle)) {
    comparison.undetermined('the server has no allocations for this window');
    return;
  }
  if (assets.unassignable !== null) {
    comparison.invalidData(assets.unassignable);
    return;
  }
  const paid = assets.clusters();
  const names = nodeNames(input);
  const known = new Set([...paid.keys(), ...clusters.rows.flatMap((row) => row.cluster || [])]);
  const rows = new Map<string, ClusterRows>();
  let incomplete: string | null = null;
  for (const row of clusters.rows) {
    const cluster = clusterOf(row, known, names);
    if (cluster === null) {
      if (Math.abs(row.total.value) > row.total.error) {
        incomplete ??= `the row ${row.name} does not name its cluster, and could belong to any`;
      }
      continue;
    }
    const of = rows.get(cluster) ?? { all: [], used: [] };
    rows.set(cluster, of);
    of.all.push(row);
    if (!row.idle) of.used.push(row);
  }
  incomplete ??= rowsWithoutCluster(paid.get(''), rows.get(''));
  for (const cluster of [...new Set([...paid.keys(), ...rows.keys()])].sort()) {
    const costs = paid.get(cluster);
    const own = rows.get(cluster);
    if (cluster === '' && !(costs && own)) continue;
    if (costs && own) compareCluster(input, { cluster, costs, rows: own, incomplete }, comparison);
    else if (incomplete !== null) comparison.undetermined(incomplete);
    else if (costs) {
      comparison.addMissingAmount(
        [cluster],
        totalOf(costs).value,
        (amount) => `${amount.toFixed(2)} of assets, and no allocations`,
      );
    } else {
      const cost = sumOf(own?.all ?? [], (row) => row.total);
      if (Math.abs(cost.value) <= cost.error) continue;
      comparison.addMissingAmount(
        [cluster],
        cost.value,
        (amount) => `${amount.toFixed(2)} of allocations, and no assets`,
      );
    }
  }
  for (const row of clusters.rows) {
    compareParts(row, [clusterOf(row, known, names) ?? row.name], comparison);
  }
  if (incomplete !== null && comparison.isEmpty) comparison.undetermined(incomplete);
}

/** Why no cluster may be complete: rows in one store only that name no cluster; null where none are. */
function rowsWithoutCluster(
  costs: AssetCosts | undefined,
  rows: ClusterRows | undefined,
): string | null {
  const paid = costs ? totalOf(costs) : plus();
  const used = sumOf(rows?.all ?? [], (row) => row.total);
  const isSmall = ({ value, error }: Approx) => Math.abs(value) <= error;
  if ((costs && rows) || (isSmall(paid) && isSmall(used))) return null;
  return isSmall(paid)
    ? `${used.value.toFixed(2)} of allocations name no cluster, and could belong to any`
    : `${paid.value.toFixed(2)} of assets name no cluster, and could belong to any`;
}

interface ClusterSides {
  readonly cluster: string;
  readonly costs: AssetCosts;
  readonly rows: ClusterRows;
  /** Why a part of the cluster may be missing on one side; null: none is. */
  readonly incomplete: string | null;
}

function compareCluster(input: AuditInput, sides: ClusterSides, comparison: Comparison): void {
  const { cluster, costs, rows, incomplete } = sides;
  let expected = totalOf(costs);
  let actual = sumOf(rows.all, (row) => row.total);
  const network = sumOf(rows.used, (row) => row.network);
  const isUnbilled = costs.network.value === 0 && network.value !== 0;
  if (isUnbilled) {
    actual = minus(actual, network);
    comparison.remark(`${cluster}: ${money(network)} of network has no bill yet, and so no asset`);
  }
  const tenancy = plus(costs['attached disks'], costs.management);
  const hasTenants = rows.used.length > 0;
  if (!hasTenants && tenancy.value !== 0) {
    expected = minus(expected, tenancy);
    comparison.remark(`${cluster}: ${money(tenancy)} of tenancy has no allocations to share it`);
  }
  const virtual = input.idle.rows.filter(
    (row) =>
      !row.idle && row.cluster === cluster && isVirtualNode(row.node) && !hasAsset(row, input),
  );
  if (virtual.length > 0) {
    const cost = sumOf(virtual, nodeCost);
    actual = minus(actual, cost);
    const which = virtual.length === 1 ? '1 node that has' : `${virtual.length} nodes that have`;
    comparison.remark(`${cluster}: ${money(cost)} on ${which} no asset record`);
  }
  const delta = Math.abs(minus(actual, expected).value);
  if (incomplete !== null && delta > comparison.resolutionOf(expected, actual)) {
    comparison.undetermined(incomplete);
    return;
  }
  comparison.compare([cluster], expected, actual, () => {
    const parts = [
      part('nodes', costs.nodes, sumOf(rows.all, nodeCost)),
      part(
        'volumes',
        costs.volumes,
        sumOf(rows.used, (row) => row.volumes),
      ),
      part(
        'load-balancers',
        costs['load balancers'],
        sumOf(rows.used, (row) => row.loadBalancers),
      ),
      isUnbilled ? null : part('network', costs.network, network),
      hasTenants
        ? part(
            'tenancy',
            tenancy,
            sumOf(rows.all, (row) => row.shared),
          )
        : null,
    ];
    return [
      ...parts.filter((cause) => cause !== null),
      ...nodesWithoutAssets(cluster, input),
      ...negativeIdle(rows.all),
    ];
  });
}

function nodeCost({ cpu, gpu, ram }: GroupedRow): Approx {
  return plus(cpu, gpu, ram);
}

const partTexts = {
  nodes: 'CPU, GPU and RAM with idle against nodes',
  volumes: 'persistent volumes against disks',
  'load-balancers': 'load balancers in allocations against load balancers in assets',
  network: 'network in allocations against network in assets',
  tenancy: 'shared cost against cluster management and attached disks',
} as const;

/** The part of the delta that one kind of cost accounts for; null where it accounts for none. */
function part(code: keyof typeof partTexts, expected: Approx, actual: Approx): Cause | null {
  const delta = minus(actual, expected);
  if (Math.abs(delta.value) <= delta.error + 1e-9 * Math.abs(expected.value)) return null;
  const detail = `${partTexts[code]}: ${money(actual)} instead of ${money(expected)}`;
  return { code, amount: delta.value, detail };
}

/** Causes without an amount of their own: it is part of the nodes' delta. */
function nodesWithoutAssets(cluster: string, { idle, assets }: AuditInput): Cause[] {
  return idle.rows
    .filter((row) => !row.idle && row.cluster === cluster && row.node !== '')
    .filter((row) => !isVirtualNode(row.node) && !hasAsset(row, { assets }))
    .map((row) => ({
      code: 'node-without-asset',
      amount: null,
      detail: `${row.node} has ${money(row.total)} of allocations and no asset record`,
    }));
}

/** Whether the assets list the node of a row, virtual or not. */
function hasAsset({ cluster, node }: GroupedRow, { assets }: Pick<AuditInput, 'assets'>): boolean {
  return assets.nodes.has(`${cluster}/${node}`);
}

function negativeIdle(rows: readonly GroupedRow[]): Cause[] {
  return rows
    .filter((row) => row.idle && row.total.value < 0)
    .map((row) => ({
      code: 'negative-idle',
      amount: null,
      detail: `${row.node || row.name} has an idle of ${money(row.total)}`,
    }));
}

function totalOf(costs: AssetCosts): Approx {
  return plus(...Object.values(costs));
}

function money({ value }: Approx): string {
  return value.toFixed(5);
}

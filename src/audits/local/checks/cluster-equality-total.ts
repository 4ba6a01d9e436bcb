import { type Approx, minus, plus } from '../../../costs/approximation.ts';
import { isVirtualNode } from '../../../costs/virtual-nodes.ts';
import type { Cause } from '../../schema.ts';
import type { AssetKind } from '../asset-sums.ts';
import type { AuditWindow } from '../audit-window.ts';
import type { Comparison } from '../comparison.ts';
import { clusterOf, type Group } from '../groups.ts';
import { nodeNames } from './allocation-total-store.ts';

/** What an allocation answer with idle and tenancy says of one cluster. */
interface ClusterRows {
  /** Allocations and idle. */
  readonly all: Group[];
  /** Without idle. */
  readonly used: Group[];
}

/**
 * Kubecost: the assets of a cluster against its row with idle and tenancy shared. What one side never
 * has is taken out of the comparison and said.
 */
export function clusterEqualityTotal(day: AuditWindow, comparison: Comparison): void {
  const { assets, clusters, idle } = day;
  if (!idle.rows.some((row) => !row.idle)) {
    comparison.unknown('the server has no allocations for this window');
    return;
  }
  if (assets.unplaced !== null) {
    comparison.damaged(assets.unplaced);
    return;
  }
  const paid = assets.clusters();
  const names = nodeNames(day);
  const known = new Set([...paid.keys(), ...clusters.rows.flatMap((row) => row.cluster || [])]);
  const rows = new Map<string, ClusterRows>();
  for (const row of clusters.rows) {
    const cluster = clusterOf(row, known, names);
    if (cluster === null) {
      comparison.unknown(`the row ${row.name} does not say which cluster it belongs to`);
      continue;
    }
    const of = rows.get(cluster) ?? { all: [], used: [] };
    rows.set(cluster, of);
    of.all.push(row);
    if (!row.idle) of.used.push(row);
  }
  for (const cluster of [...new Set([...paid.keys(), ...rows.keys()])].sort()) {
    const costs = paid.get(cluster);
    const own = rows.get(cluster);
    if (!costs) {
      const cost = plus(...(own?.all ?? []).map((row) => clusters.sum([row], (r) => r.total)));
      const lost = Math.abs(cost.value) > cost.error || Number.isNaN(cost.value);
      if (lost)
        comparison.missingOf(
          [cluster],
          cost.value,
          (amount) => `${amount.toFixed(2)} of allocations without assets`,
        );
    } else if (own) compareCluster(cluster, costs, own, day, comparison);
    else
      comparison.missingOf(
        [cluster],
        total(costs).value,
        (amount) => `${amount.toFixed(2)} of assets without allocations`,
      );
  }
}

function compareCluster(
  cluster: string,
  costs: Record<AssetKind, Approx>,
  { all, used }: ClusterRows,
  day: AuditWindow,
  comparison: Comparison,
): void {
  const { clusters } = day;
  const sum = (rows: readonly Group[], of: (row: Group) => number, numbers = 1) =>
    clusters.sum(rows, of, numbers);
  let expected = total(costs);
  let actual = sum(all, (row) => row.total);
  const network = sum(used, (row) => row.network, 2);
  const unbilled = costs.network.value === 0 && network.value !== 0;
  if (unbilled) {
    actual = minus(actual, network);
    comparison.note(`${cluster}: ${money(network)} of network has no bill yet, and so no asset`);
  }
  const tenancy = plus(costs['attached disks'], costs.management);
  if (used.length === 0 && tenancy.value !== 0) {
    expected = minus(expected, tenancy);
    comparison.note(`${cluster}: ${money(tenancy)} of tenancy has no allocations to be shared by`);
  }
  const virtual = day.idle.rows.filter(
    (row) => !row.idle && row.cluster === cluster && isVirtualNode(row.node),
  );
  if (virtual.length > 0) {
    const cost = day.idle.sum(virtual, (row) => row.cpu + row.gpu + row.ram, 6);
    actual = minus(actual, cost);
    comparison.note(`${cluster}: ${money(cost)} on ${virtual.length} nodes that are no assets`);
  }
  comparison.compare([cluster], expected, actual, () => {
    const parts = [
      part(
        'nodes',
        costs.nodes,
        sum(all, (row) => row.cpu + row.gpu + row.ram, 6),
      ),
      part(
        'volumes',
        costs.volumes,
        sum(used, (row) => row.volumes, 2),
      ),
      part(
        'load-balancers',
        costs['load balancers'],
        sum(used, (row) => row.loadBalancers, 2),
      ),
      ...(unbilled ? [] : [part('network', costs.network, network)]),
      ...(used.length === 0
        ? []
        : [
            part(
              'tenancy',
              tenancy,
              sum(all, (row) => row.shared),
            ),
          ]),
    ];
    return [
      ...parts.filter((cause) => cause !== null),
      ...nodesWithoutAssets(cluster, day),
      ...negativeIdle(all),
    ];
  });
}

const partTexts = {
  nodes: 'CPU, GPU and RAM with idle against nodes',
  volumes: 'persistent volumes against disks',
  'load-balancers': 'load balancers on both sides',
  network: 'network on both sides',
  tenancy: 'shared cost against cluster management and attached disks',
} as const;

/** The part of the delta that sits in one kind of cost; null where there is none. */
function part(code: keyof typeof partTexts, expected: Approx, actual: Approx): Cause | null {
  const delta = minus(actual, expected);
  if (Math.abs(delta.value) <= delta.error + 1e-9 * Math.abs(expected.value)) return null;
  const detail = `${partTexts[code]}: ${money(actual)} instead of ${money(expected)}`;
  return { code, amount: delta.value, detail };
}

/** Named without an amount: it is part of what the nodes differ by. */
function nodesWithoutAssets(cluster: string, { idle, assets }: AuditWindow): Cause[] {
  return idle.rows
    .filter((row) => !row.idle && row.cluster === cluster && row.node !== '')
    .filter((row) => !isVirtualNode(row.node) && !assets.nodes.has(`${cluster}/${row.node}`))
    .map((row) => ({
      code: 'node-without-asset',
      amount: null,
      detail: `${row.node} has ${row.total.toFixed(5)} of allocations and is no asset`,
    }));
}

function negativeIdle(rows: readonly Group[]): Cause[] {
  return rows
    .filter((row) => row.idle && row.total < 0)
    .map((row) => ({
      code: 'negative-idle',
      amount: null,
      detail: `${row.node || row.name} has an idle of ${row.total.toFixed(5)}`,
    }));
}

function total(costs: Record<AssetKind, Approx>): Approx {
  return plus(...Object.values(costs));
}

function money({ value }: Approx): string {
  return value.toFixed(5);
}

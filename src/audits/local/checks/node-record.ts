import { type Approx, plus } from '../../../costs/approximation.ts';
import { isVirtualNode } from '../../../costs/virtual-nodes.ts';
import { minute } from '../../../time.ts';
import type { Lifetime, NodeUse } from '../allocation-sums.ts';
import type { LocalAudit } from '../audit.ts';
import type { AuditInput } from '../audit-input.ts';
import type { Comparison } from '../comparison.ts';
import { isOfWindow, type NodePrice, type Resource, resources } from '../node-price.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';

/** A record that is shorter than its workloads by no more than this is as long as they are. */
const toleratedGap = 15 * minute;
/** Records of fewer minutes may lack hours because the node has just started. */
const minRecordMinutes = 60;

/**
 * The record of a node against its use: no capacity, hours without a price, fewer minutes than its
 * workloads ran, or under another cluster's id. A cluster in which everything is free is a Warning, and
 * a resource that the node is charged for and does not have: GPUs at a custom price (kubecost/kubecost#1389),
 * and one that is free here and has a price on the other nodes of the cluster (opencost/opencost#73).
 */
export const checkNodeRecord: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations', 'assets'],
  evaluate(input, comparison) {
    if (reportRowsWithoutNode(input, comparison)) return;
    const { allocations } = input;
    const records = liveRecords(input);
    const free = freeClusters(input, records);
    const prices = lowestPrices(records);
    for (const [cluster, node] of [...allocations.nodes()].sort(byName)) {
      const key = `${cluster}/${node}`;
      const use = allocations.node(key);
      const lifetime = allocations.lifetime(key);
      if (!use || !lifetime) continue;
      const own = records.get(key);
      comparison.compared(0);
      if (!own) compareClusters({ key, node, use }, { input, records }, comparison);
      else if (free.has(cluster)) warnOfFreeNode(key, own, comparison);
      else {
        for (const resource of resources) {
          compareResource([key, resource], own, use[resource], comparison);
          const price = prices.get(cluster)?.[resource];
          if (price !== undefined && !isVirtualNode(node)) {
            warnOfFreeResource([key, resource], { own, use: use[resource], price }, comparison);
          }
        }
        compareMinutes(key, own, lifetime, comparison);
      }
    }
  },
};

type Records = ReadonlyMap<string, readonly NodePrice[]>;

/** Records that are about this window, by `cluster/node`. */
function liveRecords({ assets }: AuditInput): Records {
  const live = new Map<string, readonly NodePrice[]>();
  for (const [key, prices] of assets.nodes) {
    const own = prices.filter(isOfWindow);
    if (own.length > 0) live.set(key, own);
  }
  return live;
}

/**
 * Clusters in which neither nodes nor their workloads cost anything. A node that its bill adjusts to 0
 * (prepaid, reserved) has a price all the same.
 */
function freeClusters({ allocations }: AuditInput, records: Records): ReadonlySet<string> {
  const free = new Set<string>();
  const priced = new Set<string>();
  for (const [key, own] of records) {
    for (const { cluster, listed } of own) {
      const isFree = resources.every((resource) => listed[resource] === 0);
      const use = allocations.node(key);
      const isUsedFree = !use || resources.every((resource) => use[resource].cost.value === 0);
      (isFree && isUsedFree ? free : priced).add(cluster);
    }
  }
  for (const cluster of priced) free.delete(cluster);
  return free;
}

function warnOfFreeNode(key: string, own: readonly NodePrice[], comparison: Comparison): void {
  for (const resource of resources) {
    const hours = plus(...own.map((record) => record.hours[resource]));
    if (!(hours.value > 0)) continue;
    const detail = 'every price of the cluster is 0';
    const causes = [{ code: 'all-free', amount: 0, detail }];
    comparison.addWarning({ key: [key, resource], expected: 0, actual: 0, causes });
  }
}

function compareResource(
  key: readonly [node: string, resource: Resource],
  own: readonly NodePrice[],
  { hours, cost }: NodeUse[Resource],
  comparison: Comparison,
): void {
  const [, resource] = key;
  const capacity = plus(...own.map((record) => record.hours[resource]));
  const paid = plus(...own.map((record) => record.cost[resource]));
  const listed = own.reduce((sum, record) => sum + record.listed[resource], 0);
  const minutes = own.reduce((sum, record) => sum + record.minutes, 0);
  if (!isPositive(hours)) {
    if (capacity.value !== 0 || !isPositive(paid) || minutes <= minRecordMinutes) return;
    const detail = `the record costs ${resource} without ${resource} hours, and no workload uses any`;
    const causes = [{ code: 'cost-without-hours', amount: null, detail }];
    comparison.addWarning({ key, expected: 0, actual: paid.value, causes });
  } else if (capacity.value === 0 && resource !== 'GPU' && minutes > minRecordMinutes) {
    const detail = `the record has no ${resource} hours, its workloads have`;
    const causes = [{ code: 'no-capacity', amount: null, detail }];
    comparison.addDifference({ key, expected: cost.value, actual: paid.value, causes });
  } else if (capacity.value > 0 && listed === 0 && isPositive(cost)) {
    const detail = `${resource} hours without a price, while workloads are charged for them`;
    const causes = [{ code: 'no-price', amount: null, detail }];
    comparison.addDifference({ key, expected: cost.value, actual: 0, causes });
  }
}

/** The lowest list price above 0 of each resource, by cluster. */
function lowestPrices(records: Records): Map<string, Partial<Record<Resource, number>>> {
  const lowest = new Map<string, Partial<Record<Resource, number>>>();
  for (const { cluster, hours, listed } of [...records.values()].flat()) {
    const known = lowest.get(cluster) ?? {};
    lowest.set(cluster, known);
    for (const resource of resources) {
      const price = listed[resource] / hours[resource].value;
      if (price > 0 && Number.isFinite(price)) {
        known[resource] = Math.min(known[resource] ?? price, price);
      }
    }
  }
  return lowest;
}

/** What may be free on one node only. */
interface UsedResource {
  readonly own: readonly NodePrice[];
  readonly use: NodeUse[Resource];
  /** The lowest price of other nodes. */
  readonly price: number;
}

/** A resource without a price on either side, which costs something on other nodes of the cluster. */
function warnOfFreeResource(
  key: readonly [node: string, resource: Resource],
  { own, use, price }: UsedResource,
  comparison: Comparison,
): void {
  const [, resource] = key;
  const capacity = plus(...own.map((record) => record.hours[resource]));
  const minutes = own.reduce((sum, record) => sum + record.minutes, 0);
  const isFree = own.every((record) => record.listed[resource] === 0 && !record.adjusted);
  if (!isFree || minutes <= minRecordMinutes || use.cost.value !== 0 || !isPositive(use.hours))
    return;
  const resolution = use.cost.error + own.reduce((sum, { total }) => sum + total.error, 0);
  // a price may be so low that its cost prints as 0
  if (!(Math.min(capacity.value, use.hours.value) * price > 10 * resolution)) return;
  const detail = `${resource} costs nothing here, and has a price on other nodes of the cluster`;
  const causes = [{ code: 'unpriced-node', amount: 0, detail }];
  comparison.addWarning({ key, expected: 0, actual: 0, causes });
}

/** Whether an amount is above 0 whatever its rounding error. */
function isPositive({ value, error }: Approx): boolean {
  return value > error;
}

/** The time from the first to the last record against the time from the first to the last workload. */
function compareMinutes(
  key: string,
  own: readonly NodePrice[],
  lifetime: Lifetime,
  comparison: Comparison,
): void {
  const start = Math.min(...own.map((record) => record.start));
  const end = Math.max(...own.map((record) => record.end));
  const [late, early] = [start - lifetime.start, lifetime.end - end];
  if (!(late > toleratedGap || early > toleratedGap)) return;
  const ran = (lifetime.end - lifetime.start) / minute;
  const recorded = (Math.min(end, lifetime.end) - Math.max(start, lifetime.start)) / minute;
  const side = early > toleratedGap ? 'ends before' : 'starts after';
  const detail = `the record of the node ${side} its workloads do`;
  comparison.addDifference({
    key: [key, 'minutes'],
    expected: ran,
    actual: Math.max(0, recorded),
    causes: [{ code: 'minutes', amount: null, detail }],
  });
}

/** A node without a record whose name has a record, without any use, in another cluster. */
function compareClusters(
  { key, node, use }: { readonly key: string; readonly node: string; readonly use: NodeUse },
  { input, records }: { readonly input: AuditInput; readonly records: Records },
  comparison: Comparison,
): void {
  if (isVirtualNode(node)) return;
  const other = [...records].find(
    ([known, [record]]) =>
      record?.name === node && known !== key && input.allocations.lifetime(known) === null,
  )?.[1][0];
  if (!other) return;
  for (const resource of resources) {
    if (!isPositive(use[resource].cost)) continue;
    const detail = `the node is priced in cluster ${other.cluster || '(no name)'}`;
    const causes = [{ code: 'other-cluster', amount: null, detail }];
    const expected = use[resource].cost.value;
    comparison.addDifference({ key: [key, resource], expected, actual: 0, causes });
  }
}

function byName([a, b]: readonly [string, string], [c, d]: readonly [string, string]): number {
  return a < c || (a === c && b < d) ? -1 : 1;
}

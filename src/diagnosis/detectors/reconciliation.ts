import { amountText } from '../amount-text.ts';
import { type Day, resources } from '../day.ts';
import type { Draft } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { adjustedCosts, sumOf } from '../node-costs.ts';
import { claimOveruse, claimPart } from './claims.ts';
import { byNode, nameOf, nodeObject } from './nodes.ts';
import { codesOf } from './responses-and-days.ts';

/** What a resource of a node differs by because its workloads are not adjusted, and for another reason. */
interface Split {
  readonly item: Item;
  readonly unadjusted: number;
  readonly rest: number;
}

/**
 * Nodes with an adjustment whose allocations have none: the same cause for all of them.
 *
 * @returns what is left of their differences, by node: their workloads do not cost the list price either
 */
export function notReconciled(day: Day): Map<string, Split[]> {
  let whole: Draft | null = null;
  const errors = day.errorFacts(/Allocation.*ReconcileError/);
  const left = new Map<string, Split[]>();
  for (const [node, items] of byNode(day, day.ledger.open('AuditAllocationReconciliation'))) {
    const differing = items.filter(({ delta }) => delta !== null);
    if (differing.length === 0 || !isUnadjusted(day, node, differing)) continue;
    const splits = differing.map((item) => splitOf(day, node, item));
    const amount = splits.reduce((sum, { unadjusted }) => sum + unadjusted, 0);
    const finding = day.add({
      code: 'allocations-not-reconciled',
      object: nodeObject(day, node),
      reason: 'not reconciled',
      confidence: errors.length > 0 ? 'certain' : 'likely',
      wrong: ['allocations'],
      amount,
      effect: { workloads: amount, idle: -amount, assets: 0 },
      values: { node: nameOf(node).name },
      facts: [
        ...errors,
        {
          fact: `${node} is adjusted by ${amountText(sumOf(day.assets(node), ({ adjustment }) => adjustment))}, its workloads by 0`,
          source: '/assets, /allocation',
        },
        ...splits.map(({ item: { key }, unadjusted }) => ({
          fact: `${key.join(' ')} has no adjustment of ${(-unadjusted).toFixed(5)}`,
          source: 'AuditAllocationReconciliation',
        })),
      ],
    });
    for (const { item, unadjusted, rest } of splits)
      item.propose(finding, rest === 0 ? null : unadjusted);
    const others = splits.filter(({ rest }) => rest !== 0);
    if (others.length > 0) left.set(node, others);
    claimOveruse(day, node, finding);
    whole ??= finding;
  }
  if (whole) claimAdjustments(day, whole);
  return left;
}

/** What the workloads would cost at the list price of the node explains the missing adjustment. */
function splitOf(day: Day, node: string, item: Item): Split {
  const delta = item.delta ?? 0;
  const whole = { item, unadjusted: delta, rest: 0 };
  const resource = resources.find((one) => one === item.key[1]);
  const use = day.use(node);
  const [record, ...more] = day.assets(node);
  if (!resource || !use || !record || more.length > 0 || !(record.hours[resource] > 0))
    return whole;
  const discount = resource === 'GPU' ? 0 : record.discount;
  const list = record.costs[resource] * (1 - discount);
  const unadjusted =
    ((list - adjustedCosts(record)[resource]) / record.hours[resource]) * use.hours[resource];
  const rest = delta - unadjusted;
  const noise = Math.max(0.001, 0.005 * Math.abs(unadjusted), item.resolution);
  return Math.abs(rest) <= noise ? whole : { item, unadjusted, rest };
}

function isUnadjusted(day: Day, node: string, items: readonly Item[]): boolean {
  const records = day.assets(node);
  const use = day.use(node);
  if (!use || records.length === 0)
    return items.every((item) => codesOf(item).includes('adjustment-missing'));
  const adjusted = records.some(({ adjustment }) => adjustment !== 0);
  return adjusted && resources.every((resource) => use.adjustments[resource] === 0);
}

/** What volumes, load balancers and network of a day lack where nothing of it was adjusted. */
function claimAdjustments(day: Day, finding: Draft): void {
  const { evidence } = day;
  for (const item of day.ledger.of('AuditClusterEquality')) {
    const [cluster = ''] = item.key;
    if (item.delta === null || !evidence) continue;
    const inCluster = (one: { cluster: string }) => one.cluster === cluster;
    const isVolume = ({ name }: { name: string }) =>
      day.assets(`${cluster}/${name}`).length === 0 && !day.use(`${cluster}/${name}`);
    const sum = (rows: readonly { adjustment: number }[]) =>
      rows.reduce((total, { adjustment }) => total + adjustment, 0);
    const facts = evidence.clusters.find(({ name }) => name === cluster);
    if (sum((evidence.volumes ?? []).filter(inCluster)) === 0) {
      claimPart(
        item,
        finding,
        ['volumes'],
        -sum(evidence.disks.filter(inCluster).filter(isVolume)),
      );
    }
    if (sum((evidence.balanced ?? []).filter(inCluster)) === 0) {
      claimPart(item, finding, ['load-balancers'], -sum(evidence.loadBalancers.filter(inCluster)));
    }
    if (facts && facts.networkAdjustment.allocations === 0) {
      claimPart(item, finding, ['network'], -facts.networkAdjustment.assets);
    }
  }
}

import type { NodeUse, ResourceName } from '../../audits/local/evidence/evidence.ts';
import { minute } from '../../time.ts';
import type { DetectingType } from '../codes/code.ts';
import { type Day, resources } from '../day.ts';
import type { Draft } from '../draft.ts';
import { type Item, wholePart } from '../ledger.ts';
import { adjustedCosts, sumOf } from '../node-costs.ts';

/** The names that AuditClusterEquality of the products gives the costs of nodes. */
export const nodeParts = ['node-without-asset', 'nodes', 'over-allocation'] as const;

/** The difference of a cluster between its allocations and its assets; undefined where there is none. */
export function clusterItem(day: Day, cluster: string): Item | undefined {
  return day.ledger
    .of('AuditClusterEquality')
    .find((item) => item.key[0] === cluster && item.delta !== null);
}

/** Proposes an amount of the first of these parts that a difference has. */
export function claimPart(
  item: Item | undefined,
  finding: Draft,
  names: readonly string[],
  amount: number,
): boolean {
  if (!item || amount === 0) return false;
  const part = names.find((name) => item.parts.has(name)) ?? unsplit(item);
  if (part === undefined) return false;
  item.propose(finding, amount, part);
  return true;
}

/** The whole of a difference whose audit does not say what it consists of. */
function unsplit({ parts }: Item): string | undefined {
  return parts.size === 1 && parts.has(wholePart) ? wholePart : undefined;
}

/** Open items whose key begins with a node, whatever the audit. */
export function claimNode(
  day: Day,
  node: string,
  finding: Draft,
  types: readonly DetectingType[],
): void {
  for (const item of day.ledger.open(...types)) {
    if (day.nodeKey(item.key[0] ?? '') === node) item.propose(finding);
  }
}

/** Above this part of the node's hours one container alone is larger than its node. */
const absurdPart = 1.05;

/** Whether one container is larger than its node, also than a node that was recorded for too short a time. */
export function isAbsurd(day: Day, node: string, resource: ResourceName): boolean {
  const records = day.assets(node);
  const use = day.use(node);
  const hours = sumOf(records, (record) => record.hours[resource]);
  const minutes = sumOf(records, (record) => record.minutes);
  const ran = use ? (use.end - use.start) / minute : 0;
  const whole = minutes > 0 ? hours * Math.max(1, ran / minutes) : hours;
  return whole > 0 && (use?.largest[resource]?.hours ?? 0) > whole * absurdPart;
}

/** Claims the over-allocation of a node, unless a container that is larger than the node is behind it. */
export function claimOverAllocation(day: Day, node: string, finding: Draft): void {
  for (const item of day.ledger.open('CheckOverAllocation')) {
    const resource = resources.find((one) => one === item.key[1]);
    const own = day.nodeKey(item.key[0] ?? '') === node;
    if (own && !(resource && isAbsurd(day, node, resource))) item.propose(finding);
  }
}

/** What the workloads of a node cost above the node, resource by resource: part of what OpenCost differs by. */
export function overuse(day: Day, node: string): number {
  const use = day.use(node);
  if (!use) return 0;
  const rows = day.assets(node);
  return resources.reduce((sum, resource) => {
    const bound = sumOf(rows, (row) => adjustedCosts(row)[resource]);
    return sum + Math.max(0, use.costs[resource] - bound);
  }, 0);
}

/** Claims what a node's workloads cost above the node from the difference of its cluster. */
export function claimOveruse(day: Day, node: string, finding: Draft): void {
  const cluster = day.use(node)?.cluster ?? node.slice(0, node.indexOf('/'));
  // where a negative idle is reported as 0, the excess is in what nodes and idle differ by
  const parts = day.context.product === 'kubecost-3' ? ['nodes'] : ['over-allocation'];
  claimPart(clusterItem(day, cluster), finding, parts, overuse(day, node));
}

/** The boot disk of a node without a record is no longer recognised as attached, and compared as a volume. */
export function claimBootDisk(day: Day, { cluster, name }: NodeUse, finding: Draft): void {
  const boot = day.evidence?.disks.filter((disk) => disk.cluster === cluster && disk.name === name);
  const cost = (boot ?? []).reduce((sum, disk) => sum + disk.cost, 0);
  claimPart(clusterItem(day, cluster), finding, ['volumes'], -cost);
}

/** What rounding and sampling can make of a volume's cost on both sides. */
export function tolerance(day: Day, cost: number): number {
  const sampled =
    day.context.product === 'opencost'
      ? (Math.abs(cost) * 5) / ((day.end - day.start) / minute)
      : 0;
  return 0.000_02 + 2 * sampled;
}

import type { ResourceName } from '../../audits/local/evidence/evidence.ts';
import { amountText, percentText } from '../amount-text.ts';
import type { Day } from '../day.ts';
import type { Item } from '../ledger.ts';
import { adjustedCosts } from '../node-costs.ts';
import { claimOverAllocation, claimOveruse } from './claims.ts';
import { nodeRecords } from './node-records.ts';
import { byNode, nameOf, nodeObject, resourcesOf } from './nodes.ts';
import { notReconciled } from './reconciliation.ts';
import { detailsOf } from './responses-and-days.ts';

/** Nodes that both stores have, at prices that do not agree. */
export function price(day: Day): void {
  nodeRecords(day);
  for (const [node, left] of notReconciled(day)) {
    if (discountMissing(day, node, left)) continue;
    const amount = left.reduce((sum, { rest }) => sum + rest, 0);
    const [first] = left;
    const ratio = first ? ratioOf(first.item, first.rest) : Number.NaN;
    priceMismatch(day, node, { items: left.map(({ item }) => item), amount, ratio });
  }
  for (const [node, items] of byNode(day, day.ledger.open('AuditAllocationReconciliation'))) {
    const differing = items.filter(({ delta }) => delta !== null);
    if (differing.length === 0) continue;
    const whole = differing.map((item) => ({ item, rest: item.delta ?? 0 }));
    if (discountMissing(day, node, whole)) continue;
    const amount = differing.reduce((sum, { delta }) => sum + (delta ?? 0), 0);
    priceMismatch(day, node, { items: differing, amount, ratio: ratioOf(differing[0]) });
  }
}

/**
 * The factor by which workloads differ from the price of their node; NaN where it is not known.
 *
 * @param rest the part of the delta that is about the price
 */
function ratioOf(item: Item | undefined, rest: number | null = item?.delta ?? null): number {
  if (!item || rest === null || !('actual' in item.found) || item.found.actual === null)
    return Number.NaN;
  const expected = item.found.actual - rest;
  return expected === 0 ? Number.NaN : item.found.actual / expected;
}

/** A difference, and the part of it that is about the price. */
interface PriceDifference {
  readonly item: Item;
  readonly rest: number;
}

function discountMissing(day: Day, node: string, differing: readonly PriceDifference[]): boolean {
  const [record] = day.assets(node);
  if (!record || !(record.discount > 0) || record.discount >= 1) return false;
  const of = (resource: ResourceName) => differing.find(({ item: { key } }) => key[1] === resource);
  if (of('GPU')) return false;
  const ratios = [of('CPU'), of('RAM')]
    .map((found) => ratioOf(found?.item, found?.rest))
    .filter((ratio) => !Number.isNaN(ratio));
  const near = (wanted: number) =>
    ratios.every((ratio) => Math.abs(ratio - wanted) <= wanted * 0.005);
  const listPrice = near(1 / (1 - record.discount));
  if (ratios.length === 0 || !(listPrice || near(1 - record.discount))) return false;
  const amount = differing.reduce((sum, { rest }) => sum + rest, 0);
  const finding = day.add({
    code: 'discount-not-applied',
    variant: listPrice ? null : 'applied-twice',
    object: nodeObject(day, node, { discount: record.discount }),
    wrong: ['allocations'],
    confidence: 'likely',
    amount,
    effect: { workloads: amount, idle: -amount, assets: 0 },
    values: { node: nameOf(node).name, discount: percentText(record.discount) },
    facts: [
      { fact: `the node has a discount of ${percentText(record.discount)} %`, source: '/assets' },
      {
        fact: `its workloads cost ${ratios.map((ratio) => ratio.toPrecision(4)).join(' and ')} times its price`,
        source: '/allocation',
      },
    ],
  });
  for (const { item } of differing) item.propose(finding);
  claimOveruse(day, node, finding);
  claimOverAllocation(day, node, finding);
  return true;
}

/** How the charged price relates to the price of the node. */
function comparisonText(ratio: number, delta: number): string {
  if (Number.isFinite(ratio)) return `${ratio.toPrecision(3)} times`;
  return delta < 0 ? 'less than' : 'more than';
}

function priceMismatch(
  day: Day,
  node: string,
  {
    items,
    amount,
    ratio,
  }: { readonly items: readonly Item[]; readonly amount: number; readonly ratio: number },
): void {
  const side = sideByPeers(day, node);
  const lost = resourcesOf(items);
  const inAllocations = side !== 'assets';
  const finding = day.add({
    code: 'price-mismatch',
    object: nodeObject(day, node),
    confidence: side === null ? 'likely' : 'certain',
    wrong: side === null ? null : [side],
    amount: inAllocations ? amount : -amount,
    effect: inAllocations
      ? { workloads: amount, idle: -amount, assets: 0 }
      : { workloads: 0, idle: -amount, assets: -amount },
    values: {
      node: nameOf(node).name,
      comparison: comparisonText(ratio, amount),
      resource: lost.join(' and ') || 'CPU',
    },
    facts: [
      ...items.map((item) => ({
        fact: `${item.key.join(' ')}: ${detailsOf(item).join('; ') || `differs by ${amountText(item.delta ?? 0)}`}`,
        source: item.audit.type,
      })),
      ...(side
        ? [
            {
              fact: `by nodes of the same type, or by other days, ${side} are wrong`,
              source: '/assets',
            },
          ]
        : []),
    ],
  });
  for (const item of items) item.propose(finding);
  claimOverAllocation(day, node, finding);
  claimOveruse(day, node, finding);
}

/**
 * The store that is wrong: allocations where the node costs what it cost on another day or what its
 * peers of one type cost, assets where all of these agree on another price. Null where nothing says it.
 */
function sideByPeers(day: Day, node: string): 'assets' | 'allocations' | null {
  const [record] = day.assets(node);
  if (!record || record.hours.CPU === 0) return null;
  const own = adjustedCosts(record).CPU / record.hours.CPU;
  const same = (price: number) => Math.abs(price - own) <= own * 0.01;
  const before = day.pricePerMinute(node, record.providerID);
  const now = record.minutes > 0 ? record.cost / record.minutes : Number.NaN;
  if (before && Math.abs(now - before.price) <= before.price * 0.02) return 'allocations';
  const prices = [...day.assetNodes.values()]
    .flat()
    .filter(
      (peer) =>
        peer !== record &&
        record.nodeType !== '' &&
        peer.cluster === record.cluster &&
        peer.nodeType === record.nodeType &&
        peer.preemptible === record.preemptible &&
        peer.hours.CPU > 0,
    )
    .map((peer) => adjustedCosts(peer).CPU / peer.hours.CPU);
  if (prices.some(same)) return 'allocations';
  const [first, ...more] = prices;
  const agree =
    first !== undefined &&
    more.length > 0 &&
    more.every((price) => Math.abs(price - first) <= first * 0.01);
  return agree && before ? 'assets' : null;
}

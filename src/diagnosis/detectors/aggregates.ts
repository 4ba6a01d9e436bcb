import { amountText } from '../amount-text.ts';
import type { Day } from '../day.ts';
import { objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { direction } from './totals.ts';

/** Properties from the finest to the coarsest. */
const fineness = [
  'pod',
  'container',
  'controller',
  'node',
  'namespace',
  'controllerKind',
  'cluster',
];

export function allocationAggregates(day: Day): void {
  const items = day.ledger.open('AuditAllocationAggStore');
  const [first] = items;
  if (!first) return;
  const sums = sumsByProperty(items);
  const amount = sums.get('cluster') ?? [...sums.values()][0] ?? null;
  const keys = totalsOf(items);
  const single = fineness
    .map((property) => keys.filter(({ key }) => lastProperty(key[0]) === property))
    .find((found) => found.length === 1)?.[0];
  const object = single ?? first;
  const [property = '', name = ''] = object.key;
  const clusters = keys.filter(({ key }) => key[0] === 'cluster');
  const cluster = clusters.length === 1 ? (clusters[0]?.key[1] ?? null) : null;
  const oneIndex =
    sums.size === 1 &&
    day.audits.some(
      ({ type, resolution }) => type === 'AuditAllocationAggStore' && resolution !== null,
    ) &&
    property !== 'cluster';
  const node = lastProperty(property) === 'node' ? day.assets(day.nodeKey(name))[0] : undefined;
  const finding = day.add({
    code: 'allocation-aggregate-stale',
    variant: oneIndex ? 'one-index' : null,
    object: objectOf('slice', single ? name : `by ${[...sums.keys()].join(' and ')}`, {
      cluster: node?.cluster ?? cluster,
      providerID: node?.providerID || null,
      details: { property, keys: keys.length },
    }),
    wrong: ['allocation-aggregates'],
    amount,
    effect: { workloads: amount, idle: 0, assets: 0 },
    values: {
      object: single ? `${lastProperty(property)} ${name}` : `${keys.length} slices`,
      property,
      value: amount === null ? 'an unknown amount' : amountText(amount),
      direction: direction(amount ?? 0),
    },
    facts: [...sums].map(([of, sum]) => ({
      fact: `grouped by ${of}, the keys that differ do so by ${sum.toFixed(5)}`,
      source: 'AuditAllocationAggStore',
    })),
  });
  for (const item of items) item.propose(finding);
  for (const item of day.ledger.of('AuditClusterEquality')) {
    const own = clusters.find(({ key }) => key[1] === item.key[0]);
    if (own?.delta) item.propose(finding, own.delta);
    else if (clusters.length === 0 && !item.isClaimed) item.propose(finding);
  }
}

function lastProperty(property = ''): string {
  return property.slice(property.lastIndexOf(',') + 1);
}

/** One difference of each key: that of the total, else that of the first component. */
function totalsOf(items: readonly Item[]): Item[] {
  const keys = new Map<string, Item>();
  for (const item of items) {
    const key = JSON.stringify(item.key.slice(0, 2));
    if (item.key.length === 2 || !keys.has(key)) keys.set(key, item);
  }
  return [...keys.values()];
}

function sumsByProperty(items: readonly Item[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { key, delta } of totalsOf(items)) {
    const [property = ''] = key;
    sums.set(property, (sums.get(property) ?? 0) + (delta ?? 0));
  }
  return sums;
}

export function assetAggregates(day: Day): void {
  const items = day.ledger.open('AuditAssetAggStore');
  if (items.length === 0) return;
  const sums = sumsByProperty(items);
  const keys = totalsOf(items);
  const ids = keys.filter(({ key }) => /provider_?id/i.test(key[0] ?? ''));
  const object = (ids.length === 1 ? ids[0] : keys[0]) as Item; // there is at least one
  const [property = '', name = ''] = object.key;
  const id = name.slice(name.lastIndexOf(',') + 1);
  const node = [...day.assetNodes.values()]
    .flat()
    .find(
      ({ providerID }) => providerID !== '' && (providerID === id || name.endsWith(providerID)),
    );
  const amount = object.delta ?? [...sums.values()][0] ?? null;
  const finding = day.add({
    code: 'asset-aggregate-stale',
    object: objectOf('slice', node?.name ?? name, {
      cluster: node?.cluster ?? null,
      providerID: node?.providerID ?? (/provider_?id/i.test(property) ? name : null),
      details: { property, keys: keys.length },
    }),
    wrong: ['asset-aggregates'],
    amount,
    effect: { workloads: 0, idle: 0, assets: amount },
    values: {
      object: node ? `${node.name} (${node.providerID})` : `${property} ${name}`,
      property,
      value: amount === null ? 'an unknown amount' : amountText(amount),
      direction: direction(amount ?? 0),
    },
    facts: [...sums].map(([of, sum]) => ({
      fact: `grouped by ${of}, the keys that differ do so by ${sum.toFixed(5)}`,
      source: 'AuditAssetAggStore',
    })),
  });
  for (const item of items) item.propose(finding);
}

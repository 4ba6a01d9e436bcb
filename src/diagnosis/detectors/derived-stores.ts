import { amountText } from '../amount-text.ts';
import type { Day } from '../day.ts';
import { type Draft, objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { claimPart, clusterItem } from './claims.ts';

/** Stores that Kubecost computes from allocations and assets, where these are right. */
export function derivedStores(day: Day): void {
  assetTotals(day);
  allocationTotals(day);
  allocationAggregates(day);
  assetAggregates(day);
  summaries(day);
}

/** Amounts are the same where rounding explains what they differ by. */
function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 0.0005 + 0.002 * Math.max(Math.abs(a), Math.abs(b));
}

function direction(amount: number): string {
  return amount < 0 ? 'below' : 'above';
}

function assetTotals(day: Day): void {
  const items = day.ledger.open('AuditAssetTotalStore');
  const ofKind = (kind: string) => items.filter(({ key }) => key[0] === kind);
  const clusters = ofKind('cluster').filter(({ delta, key }) => delta !== null && key[1] !== '');
  for (const item of clusters) {
    const cluster = item.key[1] ?? '';
    if (isWhole(cluster) && clusters.length > 1) continue;
    const nodes = staleNodes(day, items, cluster);
    const delta = item.delta ?? 0;
    const idle = nodes.reduce((sum, one) => sum + one.amount, 0);
    const [only] = nodes;
    const object =
      nodes.length === 1 && only
        ? objectOf('node', only.name, {
            cluster,
            providerID: day.assets(only.key)[0]?.providerID || null,
          })
        : objectOf('cluster', cluster, { cluster, details: { nodes: nodes.length } });
    const finding = day.add({
      code: 'asset-totals-stale',
      object,
      confidence: nodes.length > 0 ? 'certain' : 'likely',
      wrong: ['asset-totals', 'idle'],
      amount: delta,
      effect: { workloads: 0, idle: nodes.length > 0 ? idle : null, assets: delta },
      values: {
        object: object.name,
        value: amountText(only?.amount ?? delta),
        direction: direction(delta),
      },
      facts: [
        {
          fact: `assets grouped by cluster are ${amountText(delta)} ${direction(delta)} the single assets`,
          source: 'AuditAssetTotalStore',
        },
        ...nodes.map(({ key, amount }) => ({
          fact: `idle of ${key} is ${amountText(amount)} ${direction(amount)} assets minus workloads`,
          source: 'AuditAllocationTotalStore',
        })),
      ],
    });
    item.propose(finding);
    for (const one of nodes)
      for (const other of one.items) if (!other.isClaimed) other.propose(finding);
    claimTotals(day, cluster, finding);
    clusterItem(day, cluster)?.propose(finding, delta);
  }
  restOfAssetTotals(day);
}

/** The total over all clusters follows from the clusters. */
function isWhole(key: string): boolean {
  return key === '' || key === '(all)' || key === '*';
}

function restOfAssetTotals(day: Day): void {
  const rest = day.ledger.open('AuditAssetTotalStore');
  if (rest.length === 0) return;
  const known = day.drafts.find(({ code }) => code === 'asset-totals-stale');
  const [first] = rest;
  if (!first) return;
  const amount = first.delta;
  const finding =
    known ??
    day.add({
      code: 'asset-totals-stale',
      object: objectOf('slice', first.key.slice(1).join('/') || 'all clusters'),
      confidence: 'likely',
      wrong: ['asset-totals'],
      amount,
      effect: { workloads: 0, idle: null, assets: amount },
      values: {
        object: first.key.join(' '),
        value: amount === null ? 'unknown' : amountText(amount),
        direction: direction(amount ?? 0),
      },
      facts: rest.map(({ key, delta }) => ({
        fact: `${key.join(' ')} differs by ${delta ?? 'an unknown amount'}`,
        source: 'AuditAssetTotalStore',
      })),
    });
  for (const item of rest) item.propose(finding);
}

interface StaleNode {
  readonly key: string;
  readonly name: string;
  readonly amount: number;
  readonly items: readonly Item[];
}

/** Nodes whose idle differs by what their asset total differs by. */
function staleNodes(day: Day, totals: readonly Item[], cluster: string): StaleNode[] {
  return day.ledger.open('AuditAllocationTotalStore').flatMap((item) => {
    const node = day.nodeKey(item.key[1] ?? '');
    if (item.key[0] !== 'node' || item.delta === null || !node.startsWith(`${cluster}/`)) return [];
    const total = totals.find(({ key }) => key[0] === 'node' && day.nodeKey(key[1] ?? '') === node);
    const asked = totals.some(({ key }) => key[0] === 'node');
    if (
      asked &&
      !(total?.delta !== null && total?.delta !== undefined && near(total.delta, item.delta))
    )
      return [];
    return [
      {
        key: node,
        name: node.slice(cluster.length + 1),
        amount: item.delta,
        items: total ? [item, total] : [item],
      },
    ];
  });
}

function claimTotals(day: Day, cluster: string, finding: Draft): void {
  for (const item of day.ledger.open('AuditAllocationTotalStore')) {
    if (item.key[0] === 'cluster' && item.key[1] === cluster) item.propose(finding);
  }
}

function allocationTotals(day: Day): void {
  const open = day.ledger.open('AuditAllocationTotalStore');
  const nodes = open.filter(({ key, delta }) => key[0] === 'node' && delta !== null);
  for (const item of nodes) {
    const node = day.nodeKey(item.key[1] ?? '');
    const slash = node.indexOf('/');
    totalsFinding(
      day,
      [item],
      objectOf('node', node.slice(slash + 1), {
        cluster: node.slice(0, Math.max(0, slash)) || null,
        providerID: day.assets(node)[0]?.providerID || null,
      }),
    );
  }
  for (const item of day.ledger.open('AuditAllocationTotalStore')) {
    const cluster = item.key[1] ?? '';
    const known = day.drafts.find(
      ({ code, object }) => code === 'allocation-totals-stale' && object.cluster === cluster,
    );
    if (known) item.propose(known);
    else
      totalsFinding(
        day,
        [item],
        objectOf(item.key[0] === 'node' ? 'node' : 'cluster', cluster, {
          cluster: item.key[0] === 'node' ? null : cluster,
        }),
      );
  }
}

/** Idle too high means totals too low, by the same amount. */
function totalsFinding(day: Day, items: readonly Item[], object: Draft['object']): void {
  const idle = items[0]?.delta ?? null;
  const finding = day.add({
    code: 'allocation-totals-stale',
    object,
    wrong: ['allocation-totals', 'idle'],
    amount: idle,
    effect: { workloads: 0, idle, assets: 0 },
    values: {
      object: object.name,
      value: idle === null ? 'unknown' : amountText(idle),
      direction: direction(-(idle ?? 0)),
    },
    facts: items.map(({ key, found }) => ({
      fact:
        'expected' in found
          ? `idle of ${key.join(' ')} is ${found.actual} instead of ${found.expected}`
          : `${key.join(' ')}: ${'description' in found ? found.description : ''}`,
      source: 'AuditAllocationTotalStore',
    })),
  });
  for (const item of items) item.propose(finding);
  if (object.cluster !== null && idle !== null)
    claimPart(clusterItem(day, object.cluster), finding, ['nodes'], idle);
}

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

function allocationAggregates(day: Day): void {
  const items = day.ledger.open('AuditAllocationAggStore');
  const [first] = items;
  if (!first) return;
  const sums = sumsByProperty(items);
  const amount = sums.get('cluster') ?? [...sums.values()][0] ?? null;
  const single = fineness
    .map((property) => items.filter(({ key }) => lastProperty(key[0]) === property))
    .find((keys) => keys.length === 1)?.[0];
  const object = single ?? first;
  const [property = '', name = ''] = object.key;
  const clusters = items.filter(({ key }) => key[0] === 'cluster');
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
      details: { property, keys: items.length },
    }),
    wrong: ['allocation-aggregates'],
    amount,
    effect: { workloads: amount, idle: 0, assets: 0 },
    values: {
      object: single ? `${lastProperty(property)} ${name}` : `${items.length} slices`,
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

function sumsByProperty(items: readonly Item[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { key, delta } of items) {
    const [property = ''] = key;
    sums.set(property, (sums.get(property) ?? 0) + (delta ?? 0));
  }
  return sums;
}

function assetAggregates(day: Day): void {
  const items = day.ledger.open('AuditAssetAggStore');
  if (items.length === 0) return;
  const sums = sumsByProperty(items);
  const ids = items.filter(({ key }) => /provider_?id/i.test(key[0] ?? ''));
  const object = (ids.length === 1 ? ids[0] : items[0]) as Item; // there is at least one
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
      details: { property, keys: items.length },
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

function summaries(day: Day): void {
  const rows = new Map<string, Item[]>();
  for (const item of day.ledger.open('CheckSummary')) {
    const [row = ''] = item.key;
    rows.set(row, [...(rows.get(row) ?? []), item]);
  }
  for (const [row, items] of rows) {
    const delta =
      items.find(({ key }) => key.length === 1 || key[1] === 'totalCost')?.delta ??
      items[0]?.delta ??
      null;
    const finding = day.add({
      code: 'summary-mismatch',
      object: objectOf('row', row, {
        cluster: row.split('/').length === 5 ? (row.split('/')[0] ?? null) : null,
      }),
      reason: 'summary',
      amount: delta,
      effect: { workloads: delta, idle: null, assets: 0 },
      values: { row },
      facts: items.map(({ key, delta: one }) => ({
        fact: `${key.join(' ')} differs by ${one ?? 'an unknown amount'}`,
        source: 'CheckSummary',
      })),
    });
    for (const item of items) item.propose(finding);
  }
}

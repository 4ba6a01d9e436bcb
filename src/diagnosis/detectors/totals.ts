import { amountText } from '../amount-text.ts';
import type { Day } from '../day.ts';
import { type Draft, objectOf } from '../draft.ts';
import { type Item, wholePart } from '../ledger.ts';
import { claimPart, clusterItem } from './claims.ts';

/** Amounts are the same where rounding explains what they differ by. */
function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 0.0005 + 0.002 * Math.max(Math.abs(a), Math.abs(b));
}

export function direction(amount: number): string {
  return amount < 0 ? 'below' : 'above';
}

export function assetTotals(day: Day): void {
  // components of a total have a third part in their key
  const items = day.ledger.open('AuditAssetTotalStore').filter(({ key }) => key.length === 2);
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
    for (const one of nodes) {
      for (const other of one.items) if (!other.isClaimed) other.propose(finding);
      // what is left is about the allocation totals
      one.partOf?.propose(finding, one.amount, wholePart);
    }
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
  /** Differences that are wholly about the asset total. */
  readonly items: readonly Item[];
  /** A difference of idle that the asset total is a part of. */
  readonly partOf: Item | null;
}

/** Nodes whose idle differs by what their asset total differs by. */
function staleNodes(day: Day, totals: readonly Item[], cluster: string): StaleNode[] {
  return day.ledger.open('AuditAllocationTotalStore').flatMap((item): StaleNode[] => {
    const node = day.nodeKey(item.key[1] ?? '');
    if (item.key[0] !== 'node' || item.delta === null || !node.startsWith(`${cluster}/`)) return [];
    const total = totals.find(({ key }) => key[0] === 'node' && day.nodeKey(key[1] ?? '') === node);
    const name = node.slice(cluster.length + 1);
    if (!totals.some(({ key }) => key[0] === 'node'))
      return [{ key: node, name, amount: item.delta, items: [item], partOf: null }];
    if (!total || total.delta === null) return [];
    if (near(total.delta, item.delta))
      return [{ key: node, name, amount: item.delta, items: [item, total], partOf: null }];
    return [{ key: node, name, amount: total.delta, items: [total], partOf: item }];
  });
}

function claimTotals(day: Day, cluster: string, finding: Draft): void {
  for (const item of day.ledger.open('AuditAllocationTotalStore')) {
    if (item.key[0] === 'cluster' && item.key[1] === cluster) item.propose(finding);
  }
}

export function allocationTotals(day: Day): void {
  const nodes = day.ledger
    .of('AuditAllocationTotalStore')
    .filter(({ key, isWhollyClaimed }) => key[0] === 'node' && !isWhollyClaimed);
  for (const item of nodes) {
    const idle = restOf(item);
    if (idle === null) continue;
    const node = day.nodeKey(item.key[1] ?? '');
    const slash = node.indexOf('/');
    totalsFinding(
      day,
      { item, idle },
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
        { item, idle: item.delta },
        objectOf(item.key[0] === 'node' ? 'node' : 'cluster', cluster, {
          cluster: item.key[0] === 'node' ? null : cluster,
        }),
      );
  }
}

/** What stale asset totals leave of a difference of idle; null where it is not known. */
function restOf({ delta, proposals }: Item): number | null {
  if (delta === null) return null;
  return proposals.reduce((rest, { amount }) => rest - (amount ?? 0), delta);
}

/**
 * Idle too high means totals too low, by the same amount.
 *
 * @param idle the part of the difference that is about the allocation totals
 */
function totalsFinding(
  day: Day,
  { item, idle }: { readonly item: Item; readonly idle: number | null },
  object: Draft['object'],
): void {
  const { key, found } = item;
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
    facts: [
      {
        fact:
          'expected' in found
            ? `idle of ${key.join(' ')} is ${found.actual} instead of ${found.expected}`
            : `${key.join(' ')}: ${'description' in found ? found.description : ''}`,
        source: 'AuditAllocationTotalStore',
      },
    ],
  });
  if (item.isClaimed) item.propose(finding, idle, wholePart);
  else item.propose(finding);
  if (object.cluster !== null && idle !== null)
    claimPart(clusterItem(day, object.cluster), finding, ['nodes'], idle);
}

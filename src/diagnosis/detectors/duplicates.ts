import type { ContainerRow, NodeAsset } from '../../audits/local/evidence/evidence.ts';
import { amountText } from '../amount-text.ts';
import type { Day } from '../day.ts';
import { objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { claimNode, claimPart, clusterItem, nodeParts } from './claims.ts';
import { codesOf, detailsOf } from './responses-and-days.ts';

export function duplicates(day: Day): void {
  const pods = new Map<string, Item[]>();
  for (const item of day.ledger.open('CheckDuplicate')) {
    const [key = ''] = item.key;
    const isNode =
      day.assets(key).length > 1 || codesOf(item).some((code) => /node|provider|asset/.test(code));
    if (codesOf(item).includes('key-twice')) repeatedKey(day, key, item);
    else if (isNode) duplicateAsset(day, key, item);
    else {
      const pod = key.split('/').slice(0, 2).join('/');
      pods.set(pod, [...(pods.get(pod) ?? []), item]);
    }
  }
  for (const [pod, items] of pods) duplicatePod(day, pod, items);
}

function repeatedKey(day: Day, key: string, item: Item): void {
  const [contradiction = 'the key occurs twice in one object'] = detailsOf(item);
  const finding = day.add({
    code: 'malformed-row',
    severity: 'error',
    object: objectOf('row', key),
    wrong: null,
    amount: item.delta,
    effect: { workloads: null, idle: null, assets: null },
    values: { row: key, label: key, first: key, store: 'allocation', contradiction },
    facts: [{ fact: contradiction, source: 'CheckDuplicate' }],
  });
  item.propose(finding);
}

function duplicateAsset(day: Day, key: string, item: Item): void {
  const rows = recordsOf(day, key);
  const real = realNode(day, rows);
  const surplus = real ? rows.filter((row) => row !== real) : [];
  const amount = real ? surplus.reduce((sum, { cost }) => sum + cost, 0) : null;
  const [first] = rows;
  const ids = rows.map(({ providerID }) => providerID);
  const name = first?.name ?? key.slice(key.indexOf('/') + 1);
  const finding = day.add({
    code: 'duplicate-asset',
    variant: first && new Set(rows.map(({ cluster }) => cluster)).size > 1 ? 'two-clusters' : null,
    object: objectOf('node', name, {
      cluster:
        real?.cluster ??
        first?.cluster ??
        (key.includes('/') ? key.slice(0, key.indexOf('/')) : null),
      providerID: real?.providerID ?? null,
      details: surplus[0] ? { surplus: surplus[0].providerID } : {},
    }),
    confidence: real ? 'certain' : 'likely',
    wrong: ['assets', 'idle'],
    amount,
    basis: real ? 'measured' : 'unknown',
    effect: { workloads: 0, assets: amount, idle: amount },
    values: {
      node: name,
      providerID: real?.providerID ?? ids[0] ?? 'one ID',
      surplus: surplus[0]?.providerID ?? ids[1] ?? 'another',
    },
    facts: rows.map((row) => ({
      fact: `${row.providerID} costs ${amountText(row.cost)} in ${Math.round(row.minutes)} minutes${row === real ? '; it is the one that workloads or other days name' : ''}`,
      source: '/assets',
    })),
  });
  item.propose(finding);
}

/** Records under the name of a node, or in other clusters under its provider ID. */
function recordsOf(day: Day, key: string): readonly NodeAsset[] {
  const own = day.assets(key);
  const [only] = own;
  if (own.length !== 1 || !only || only.providerID === '') return own;
  return [...day.assetNodes.values()]
    .flat()
    .filter(({ providerID }) => providerID === only.providerID);
}

/** The record that workloads name or run on, or else the one of other days; null where neither says it. */
function realNode(day: Day, rows: readonly NodeAsset[]): NodeAsset | null {
  const keyOf = ({ cluster, name }: NodeAsset) => `${cluster}/${name}`;
  const clusters = new Set(rows.map(({ cluster }) => cluster));
  const named = rows.filter((row) => {
    const use = day.use(keyOf(row));
    return clusters.size > 1 ? use !== undefined : use?.providerIDs.includes(row.providerID);
  });
  if (named.length === 1 && named[0]) return named[0];
  const known = rows.filter((row) =>
    day.context.summaries.some(
      ({ start, nodes }) =>
        start !== day.start && nodes.get(keyOf(row))?.providerID === row.providerID,
    ),
  );
  return known.length === 1 ? (known[0] ?? null) : null;
}

function duplicatePod(day: Day, pod: string, items: readonly Item[]): void {
  const containers = new Set(items.map(({ key }) => key[0]));
  const rows = (day.evidence?.containers ?? []).filter((row) =>
    containers.has(`${row.namespace}/${row.pod}/${row.container}`),
  );
  const nodes = [...new Set(rows.map(({ node }) => node))];
  const unrecorded = secondName(day, rows, nodes);
  const surplus = unrecorded ?? surplusNode(rows, nodes);
  const costOn = (node: string) =>
    rows.filter((row) => row.node === node).reduce((sum, { cost }) => sum + cost, 0);
  const amount = surplus === null ? null : costOn(surplus.node);
  const keep = nodes.find((node) => node !== surplus?.node) ?? 'one node';
  const [namespace = '', name = pod] = pod.split('/');
  const cluster = rows[0]?.cluster ?? null;
  const finding = day.add({
    code: 'duplicate-pod',
    variant: unrecorded ? 'second-name' : null,
    object: objectOf('container', pod, {
      cluster,
      namespace,
      details: { keep, surplus: surplus?.node ?? nodes[1] ?? '' },
    }),
    confidence: 'likely',
    wrong: ['allocations'],
    amount,
    basis: amount === null ? 'unknown' : 'measured',
    effect: {
      workloads: amount,
      // idle is computed for nodes that have a record
      idle: unrecorded ? 0 : amount === null ? null : -amount,
      assets: 0,
    },
    values: { namespace, pod: name, keep, surplus: surplus?.node ?? nodes[1] ?? 'another node' },
    facts: [
      ...nodes.map((node) => ({
        fact: `on ${node} it costs ${amountText(costOn(node))}`,
        source: '/allocation',
      })),
      ...(surplus ? [{ fact: surplus.why, source: '/allocation' }] : []),
    ],
  });
  for (const item of items) item.propose(finding);
  if (surplus === null || cluster === null) return;
  const node = `${cluster}/${surplus.node}`;
  claimNode(day, node, finding, ['CheckOverAllocation']);
  if (!unrecorded) return;
  claimNode(day, node, finding, ['AuditAllocationReconciliation', 'CheckNodeRecord']);
  claimPart(clusterItem(day, cluster), finding, nodeParts, amount ?? 0);
}

/**
 * A node without a record on which nothing runs but what is counted on a recorded node as well: another
 * name of that node (opencost/opencost#3113), not a node that lost its record.
 */
function secondName(
  day: Day,
  rows: readonly ContainerRow[],
  nodes: readonly string[],
): { node: string; why: string } | null {
  const keyOf = ({ cluster, node }: ContainerRow) => `${cluster}/${node}`;
  const unrecorded = rows.filter((row) => day.assets(keyOf(row)).length === 0);
  const [row] = unrecorded;
  if (!row || nodes.length !== 2 || unrecorded.some(({ node }) => node !== row.node)) return null;
  const counted = (day.evidence?.containers ?? []).filter((other) => keyOf(other) === keyOf(row));
  if (counted.length !== day.use(keyOf(row))?.rows) return null;
  return {
    node: row.node,
    why: `${row.node} has no record, and nothing else runs there`,
  };
}

/** The node on which a pod is counted though it did not run there. */
function surplusNode(
  rows: readonly ContainerRow[],
  nodes: readonly string[],
): { node: string; why: string } | null {
  const peer = rows.find((row) => row.peer !== null);
  if (peer) {
    return {
      node: peer.node,
      why: `${peer.node} has its own pod of this ${peer.controllerKind}, ${peer.peer}`,
    };
  }
  const shorter = [...rows].sort((a, b) => a.end - a.start - (b.end - b.start))[0];
  const longer = rows.find((row) => row !== shorter && row.node !== shorter?.node);
  const span = (row: ContainerRow) => row.end - row.start;
  if (shorter && longer && nodes.length === 2 && span(longer) > 2 * span(shorter)) {
    return { node: shorter.node, why: `on ${shorter.node} it is counted for a shorter time` };
  }
  return null;
}

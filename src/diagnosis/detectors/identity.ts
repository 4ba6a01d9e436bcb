import type { NodeAsset, NodeUse } from '../../audits/local/evidence/evidence.ts';
import { isVirtualNode } from '../../costs/virtual-nodes.ts';
import { minute } from '../../time.ts';
import { amountText } from '../amount-text.ts';
import type { Day } from '../day.ts';
import { type Draft, objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { totalOf } from '../node-costs.ts';
import { claimBootDisk, claimNode, claimPart, clusterItem, nodeParts } from './claims.ts';
import { duplicates } from './duplicates.ts';
import { detailsOf, neighbourCost } from './responses-and-days.ts';

/** Objects under a wrong name or a second one. */
export function identity(day: Day): void {
  clusterIdMismatches(day);
  duplicates(day);
  nodeNameMismatches(day);
  clustersInOneStore(day);
}

const nodeAudits = [
  'AuditAllocationReconciliation',
  'CheckNodeRecord',
  'CheckOverAllocation',
] as const;

function clusterIdMismatches(day: Day): void {
  for (const use of day.evidence?.use ?? []) {
    const key = `${use.cluster}/${use.name}`;
    if (day.assets(key).length > 0 || isVirtualNode(use.name)) continue;
    const other = otherCluster(day, use);
    if (other) mismatch(day, use, other);
  }
}

/** The live record of the same node in another cluster that has no workloads on it. */
function otherCluster(day: Day, use: NodeUse): NodeAsset | undefined {
  const residue = day.evidence?.nodes.find(
    ({ cluster, name }) => cluster === use.cluster && name === use.name,
  );
  const ids = new Set([...use.providerIDs, residue?.providerID ?? ''].filter((id) => id !== ''));
  return [...day.assetNodes.values()]
    .flat()
    .find(
      (node) =>
        node.cluster !== use.cluster &&
        !day.use(`${node.cluster}/${node.name}`) &&
        (ids.has(node.providerID) ||
          (node.name === use.name && (ids.size === 0 || node.providerID === ''))),
    );
}

function mismatch(day: Day, use: NodeUse, other: NodeAsset): void {
  const node = `${use.cluster}/${use.name}`;
  const used = totalOf(use.costs);
  const price = day.pricePerMinute(node, other.providerID);
  const estimate = price && price.price * ((use.end - use.start) / minute);
  const amount = -(estimate ?? Math.max(used, other.cost));
  const finding = day.add({
    code: 'cluster-id-mismatch',
    variant: other.providerID === '' ? 'by-name' : null,
    object: objectOf('node', use.name, {
      cluster: use.cluster,
      providerID: other.providerID || null,
      details: { otherCluster: other.cluster, workloads: used },
    }),
    reason: `${use.cluster} ${other.cluster}`,
    wrong: ['assets'],
    amount,
    basis: estimate === null ? 'lower-bound' : 'estimated',
    effect: { workloads: 0, assets: amount, idle: null },
    values: { node: use.name, otherCluster: other.cluster || '(no name)' },
    facts: [
      { fact: `${use.rows} rows of ${node} cost ${amountText(used)}`, source: '/allocation' },
      {
        fact: `${other.cluster}/${other.name} (${other.providerID || 'no providerID'}) costs ${amountText(other.cost)}`,
        source: '/assets',
      },
      ...(price
        ? [
            {
              fact: `the node cost ${amountText(price.price * 1440)} a day`,
              source: `/assets of ${price.on}`,
            },
          ]
        : []),
    ],
  });
  claimNode(day, node, finding, nodeAudits);
  claimNode(day, `${other.cluster}/${other.name}`, finding, nodeAudits);
  claimPart(clusterItem(day, use.cluster), finding, nodeParts, used);
  claimBootDisk(day, use, finding);
  // the other cluster differs by this node alone, unless it has workloads of its own
  const hasUse = (day.evidence?.use ?? []).some(({ cluster }) => cluster === other.cluster);
  for (const item of day.ledger.open(
    'AuditClusterEquality',
    'CheckMissingWindow',
    'CheckDuplicate',
    'AuditAllocationTotalStore',
  )) {
    const names = item.audit.type === 'CheckMissingWindow' ? item.key.slice(1) : item.key;
    const sameCluster = !hasUse && names.includes(other.cluster);
    const sameNode = names.some(
      (name) =>
        name === node ||
        name === `${other.cluster}/${other.name}` ||
        (name !== '' && name === other.providerID),
    );
    if (sameCluster || sameNode) item.propose(finding);
  }
}

const isAddress = /^\d{1,3}(\.\d{1,3}){3}(:\d+)?$/;

function nodeNameMismatches(day: Day): void {
  for (const use of day.evidence?.use ?? []) {
    const key = `${use.cluster}/${use.name}`;
    if (day.assets(key).length > 0 || isVirtualNode(use.name) || hasNodeDraft(day, key)) continue;
    const unused = [...day.assetNodes.values()]
      .flat()
      .filter(({ cluster, name }) => cluster === use.cluster && !day.use(`${cluster}/${name}`));
    const asset =
      unused.find((node) => isSameNode(use, node)) ??
      (isAddress.test(use.name) && unused.length === 1 ? unused[0] : undefined);
    if (!asset) continue;
    const amount = totalOf(use.costs);
    const finding = day.add({
      code: 'node-name-mismatch',
      object: objectOf('node', use.name, {
        cluster: use.cluster,
        providerID: asset.providerID || null,
        details: { assetName: asset.name },
      }),
      wrong: ['allocations'],
      amount,
      effect: { workloads: 0, assets: 0, idle: amount },
      values: { node: use.name, assetName: asset.name },
      facts: [
        {
          fact: `${use.rows} rows on ${use.name} cost ${amountText(amount)}`,
          source: '/allocation',
        },
        {
          fact: `${asset.name} costs ${amountText(asset.cost)} and has no workloads`,
          source: '/assets',
        },
      ],
    });
    claimNode(day, key, finding, nodeAudits);
    claimNode(day, `${asset.cluster}/${asset.name}`, finding, nodeAudits);
    claimPart(clusterItem(day, use.cluster), finding, nodeParts, amount);
  }
}

function isSameNode(use: NodeUse, { name, providerID }: NodeAsset): boolean {
  if (providerID !== '' && use.providerIDs.includes(providerID)) return true;
  const host = use.name.replace(/:\d+$/, '');
  if (name === host || name.startsWith(`${host}.`) || host.startsWith(`${name}.`)) return true;
  return isAddress.test(host) && name.includes(`ip-${host.replaceAll('.', '-')}`);
}

/** Whether an earlier finding is about this node. */
export function hasNodeDraft({ drafts }: Day, key: string): boolean {
  return drafts.some(
    ({ object }) => object.kind === 'node' && `${object.cluster}/${object.name}` === key,
  );
}

function clustersInOneStore(day: Day): void {
  const clusters = new Map<string, Item[]>();
  for (const item of day.ledger.open('AuditClusterEquality', 'CheckMissingWindow')) {
    const cluster = item.audit.type === 'CheckMissingWindow' ? item.key[1] : item.key[0];
    const isMissing = item.audit.type === 'CheckMissingWindow' || item.delta === null;
    if (cluster === undefined || cluster === '' || !isMissing) continue;
    clusters.set(cluster, [...(clusters.get(cluster) ?? []), item]);
  }
  for (const [cluster, items] of clusters) oneStore(day, cluster, items);
}

function oneStore(day: Day, cluster: string, items: readonly Item[]): void {
  const known = day.evidence?.clusters.find(({ name }) => name === cluster);
  const facts = known ?? day.summary?.clusters.get(cluster);
  const text = items.flatMap(detailsOf).join(' ');
  const noAssets = facts ? facts.assets === 0 : /without assets/.test(text);
  const cost = facts ? (noAssets ? facts.workloads : facts.assets) : null;
  const [present, absent] = noAssets
    ? (['allocations', 'assets'] as const)
    : (['assets', 'allocations'] as const);
  const around = noAssets ? null : workloadsAround(day, cluster);
  // the cost of the nodes is what the workloads and their idle would cost together
  const lost = around?.workloads ?? cost;
  const amount = lost === null ? null : -lost;
  const basis = noAssets ? 'lower-bound' : 'estimated';
  const finding = day.add({
    code: 'cluster-in-one-store',
    variant: present,
    object: objectOf('cluster', cluster, { cluster }),
    wrong: [absent],
    amount,
    basis: amount === null ? 'unknown' : basis,
    effect: noAssets
      ? { workloads: 0, idle: null, assets: amount }
      : { workloads: around === null ? null : amount, idle: null, assets: 0 },
    values: {
      present,
      absent: absent === 'allocations' ? 'workloads' : absent,
      value: cost === null ? 'unknown cost' : amountText(cost),
    },
    facts: [
      ...items.map((item) => ({
        fact: detailsOf(item).join('; ') || item.key.join(' '),
        source: item.audit.type,
      })),
      ...(around === null
        ? []
        : [
            {
              fact: `its workloads cost ${amountText(around.workloads)} on average on the days around it`,
              source: around.source.replace('/assets', '/allocation'),
            },
          ]),
    ],
  });
  for (const item of items) item.propose(finding);
  claimCluster(day, cluster, finding);
}

/** What the workloads of a cluster cost on the days around this one; null where those have none either. */
function workloadsAround(day: Day, cluster: string): ReturnType<typeof neighbourCost> {
  const around = neighbourCost(day, cluster);
  return around !== null && around.workloads > 0 ? around : null;
}

/** Claims every open item about a cluster and its nodes. */
function claimCluster(day: Day, cluster: string, finding: Draft): void {
  for (const item of day.ledger.items) {
    const about = item.key.some((part) => part === cluster || part.startsWith(`${cluster}/`));
    if (!item.isClaimed && about) item.propose(finding);
  }
}

import type {
  DiskAsset,
  NodeUse,
  VolumeUse,
  WindowEvidence,
} from '../../audits/local/evidence/evidence.ts';
import { isVirtualNode } from '../../costs/virtual-nodes.ts';
import { minute } from '../../time.ts';
import { amountText, percentText } from '../amount-text.ts';
import type { Day } from '../day.ts';
import { type Draft, objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { totalOf } from '../node-costs.ts';
import {
  claimBootDisk,
  claimNode,
  claimPart,
  clusterItem,
  nodeParts,
  tolerance,
} from './claims.ts';
import { loadBalancers } from './load-balancers.ts';

/** Objects that one of the stores does not have. */
export function presence(day: Day): void {
  nodesWithoutAsset(day);
  for (const item of day.ledger.of('AuditClusterEquality')) {
    if (item.delta === null || item.isWhollyClaimed || !day.evidence) continue;
    disks(day, day.evidence, item);
    loadBalancers(day, day.evidence, item);
  }
}

function nodesWithoutAsset(day: Day): void {
  for (const item of day.ledger.open('AuditAllocationReconciliation')) {
    const node = day.nodeKey(item.key[0] ?? '');
    const name = node.slice(node.indexOf('/') + 1);
    if (item.delta !== null || item.isClaimed || isVirtualNode(name)) continue;
    if (day.assets(node).length > 0) continue;
    const finding = nodeWithoutAsset(day, node, day.use(node));
    claimNode(day, node, finding, [
      'AuditAllocationReconciliation',
      'CheckNodeRecord',
      'CheckOverAllocation',
    ]);
  }
}

function nodeWithoutAsset(day: Day, node: string, use: NodeUse | undefined): Draft {
  const used = use ? totalOf(use.costs) : null;
  const price = day.pricePerMinute(node, '');
  const estimate = price && use ? price.price * ((use.end - use.start) / minute) : null;
  const isListPrice =
    day.context.product !== 'opencost' && use !== undefined && totalOf(use.adjustments) === 0;
  const isTooHigh = isListPrice && isReconciled(day);
  const known =
    estimate !== null && used !== null && (estimate >= used || isListPrice) ? estimate : null;
  const paid = isListPrice && known === null ? lowestPaidShare(day) : 1;
  const amount = known ?? (used === null ? null : used * paid);
  const cluster = use?.cluster ?? node.slice(0, Math.max(0, node.indexOf('/')));
  const name = use?.name ?? node.slice(node.indexOf('/') + 1);
  const isAddress = /:\d+$/.test(name);
  const finding = day.add({
    code: 'node-without-asset',
    variant: isAddress ? 'address' : isTooHigh ? 'list-price' : null,
    object: objectOf('node', name, {
      cluster,
      providerID: use?.providerIDs[0] ?? null,
      details: use ? { rows: use.rows, workloads: used ?? 0 } : {},
    }),
    confidence: isAddress ? 'likely' : 'certain',
    wrong: isAddress ? null : ['assets'],
    amount: amount === null ? null : -amount,
    basis: known !== null ? 'estimated' : used === null ? 'unknown' : 'lower-bound',
    effect: {
      workloads: isTooHigh || isAddress ? null : 0,
      idle: null,
      assets: amount === null ? null : -amount,
    },
    values: { node: name },
    facts: [
      ...(use
        ? [
            {
              fact: `${use.rows} rows on ${name} cost ${amountText(used ?? 0)}`,
              source: '/allocation',
            },
          ]
        : []),
      ...(known !== null && price
        ? [
            {
              fact: `${name} cost ${amountText(price.price * 1440)} a day`,
              source: `/assets of ${price.on}`,
            },
          ]
        : []),
      ...(isTooHigh ? [listPriceFact] : []),
      ...(paid < 1
        ? [
            {
              fact: `nodes of that day cost at least ${percentText(paid)} % of their list price`,
              source: '/assets',
            },
          ]
        : []),
    ],
  });
  if (use) {
    claimPart(clusterItem(day, cluster), finding, nodeParts, used ?? 0);
    claimBootDisk(day, use, finding);
  }
  return finding;
}

/**
 * Whether assets of the day are adjusted to a bill. Workloads are adjusted through their node or disk: those
 * that have none keep the list price.
 */
function isReconciled({ evidence }: Day): boolean {
  return [...(evidence?.nodes ?? []), ...(evidence?.disks ?? [])].some(
    ({ adjustment }) => adjustment !== 0,
  );
}

const listPriceFact = {
  fact: 'its workloads keep the list price, other assets of the day are adjusted to the bill',
  source: '/allocation, /assets',
};

/** The smallest part of its list price that a node of the day costs after discount and adjustment; at most 1. */
function lowestPaidShare(day: Day): number {
  const shares = (day.evidence?.nodes ?? []).flatMap(({ cost, costs }) => {
    const listed = totalOf(costs);
    return cost > 0 && listed > 0 ? [cost / listed] : [];
  });
  return Math.min(1, ...shares);
}

/** Disks of a cluster that are not part of a node. */
function volumeDisks(day: Day, { disks: all }: WindowEvidence, cluster: string): DiskAsset[] {
  return all.filter((disk) => {
    const node = `${cluster}/${disk.name}`;
    return disk.cluster === cluster && day.assets(node).length === 0 && !day.use(node);
  });
}

function disks(day: Day, evidence: WindowEvidence, item: Item): void {
  const part = item.parts.get('volumes') ?? item.parts.get('all') ?? 0;
  if (evidence.volumes === null || part === 0) return;
  const [cluster = ''] = item.key;
  const volumes = evidence.volumes.filter((volume) => volume.cluster === cluster);
  const candidates = volumeDisks(day, evidence, cluster);
  const matched = new Set<DiskAsset>();
  for (const volume of volumes) {
    const own = candidates.filter(
      (disk) => (disk.volume || disk.name) === volume.name || disk.name === volume.name,
    );
    for (const disk of own) matched.add(disk);
    if (own.length === 0) {
      if (volume.cost > tolerance(day, volume.cost)) diskWithoutAsset(day, volume, item);
      continue;
    }
    const cost = own.reduce((sum, disk) => sum + disk.cost, 0);
    const delta = volume.cost - cost;
    const lost = own.reduce((sum, disk) => sum + disk.adjustment, 0);
    const unadjusted =
      volume.adjustment === 0 && lost !== 0 && Math.abs(delta + lost) <= tolerance(day, cost);
    if (Math.abs(delta) > tolerance(day, cost) && !unadjusted)
      volumeMismatch(day, volume, cost, item);
  }
  for (const disk of candidates) {
    if (!matched.has(disk) && disk.cost > tolerance(day, disk.cost))
      diskWithoutAllocation(day, disk, item);
  }
}

function diskWithoutAsset(day: Day, volume: VolumeUse, item: Item): void {
  const isTooHigh = volume.adjustment === 0 && isReconciled(day);
  const finding = day.add({
    code: 'disk-without-asset',
    variant: isTooHigh ? 'list-price' : null,
    object: objectOf('volume', volume.name, {
      cluster: volume.cluster,
      namespace: volume.namespace || null,
      details: volume.pod === '' ? {} : { usedBy: volume.pod },
    }),
    wrong: ['assets'],
    amount: -volume.cost,
    effect: { workloads: isTooHigh ? null : 0, idle: 0, assets: -volume.cost },
    values: { volume: volume.name, value: amountText(volume.cost) },
    facts: [
      {
        fact: `allocations${volume.pod === '' ? '' : ` of ${volume.pod}`} carry ${volume.name} at ${amountText(volume.cost)}`,
        source: '/allocation pvs',
      },
      ...(isTooHigh ? [listPriceFact] : []),
    ],
  });
  claimPart(item, finding, ['volumes'], volume.cost);
}

function diskWithoutAllocation(day: Day, disk: DiskAsset, item: Item): void {
  const name = disk.volume || disk.name;
  const finding = day.add({
    code: 'disk-without-allocation',
    object: objectOf('volume', name, {
      cluster: disk.cluster,
      providerID: disk.providerID || null,
      namespace: disk.claimNamespace || null,
      details: disk.claim === '' ? {} : { claim: disk.claim },
    }),
    wrong: ['allocations'],
    amount: -disk.cost,
    effect: { workloads: -disk.cost, idle: 0, assets: 0 },
    values: { volume: name, value: amountText(disk.cost) },
    facts: [{ fact: `the disk ${disk.name} costs ${amountText(disk.cost)}`, source: '/assets' }],
  });
  claimPart(item, finding, ['volumes'], -disk.cost);
}

function volumeMismatch(day: Day, volume: VolumeUse, cost: number, item: Item): void {
  const ratio = cost === 0 ? 0 : volume.cost / cost;
  const shared = volume.pods >= 2 && Math.abs(ratio - volume.pods) < 0.01 * volume.pods;
  const amount = volume.cost - cost;
  const finding = day.add({
    code: 'volume-mismatch',
    variant: shared ? 'shared-counted-per-pod' : null,
    object: objectOf('volume', volume.name, {
      cluster: volume.cluster,
      namespace: volume.namespace || null,
      details: { pods: volume.pods },
    }),
    confidence: shared ? 'certain' : 'likely',
    wrong: shared ? ['allocations'] : null,
    amount,
    effect: { workloads: amount, idle: 0, assets: 0 },
    values: { volume: volume.name, allocated: amountText(volume.cost), asset: amountText(cost) },
    facts: [
      {
        fact: `${volume.pods} ${volume.pods === 1 ? 'pod carries' : 'pods carry'} ${amountText(volume.cost)}`,
        source: '/allocation pvs',
      },
      { fact: `the disk costs ${amountText(cost)}`, source: '/assets' },
    ],
  });
  claimPart(item, finding, ['volumes'], amount);
}

import { amountText } from '../amount-text.ts';
import { type Day, resources } from '../day.ts';
import { type Draft, objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { sumOf, totalOf } from '../node-costs.ts';
import { claimNode, claimOveruse } from './claims.ts';
import { byNode, estimateOf, nameOf, nodeObject, resourcesOf } from './nodes.ts';
import { partlyRecorded } from './partly-recorded.ts';
import { codesOf } from './responses-and-days.ts';

/** Nodes whose record contradicts their use: CheckNodeRecord says which, the evidence how much. */
export function nodeRecords(day: Day): void {
  const nodes = byNode(day, day.ledger.open('CheckNodeRecord'));
  allFree(day, nodes);
  // a node whose price is 0 differs from every cost of its workloads
  for (const item of day.ledger.open('AuditAllocationReconciliation')) {
    const node = day.nodeKey(item.key[0] ?? '');
    if (isChargedForNothing(day, node, item)) nodes.set(node, [...(nodes.get(node) ?? []), item]);
  }
  for (const [node, items] of nodes) {
    const charged = items.filter((item) => codesOf(item).includes('cost-without-hours'));
    if (charged.length > 0) chargedWithoutCapacity(day, node, charged);
    const free = items.filter((item) => codesOf(item).includes('unpriced-node'));
    if (free.length > 0) freeNode(day, node, free);
    const open = items.filter((item) => !item.isClaimed);
    const minutes = open.filter(({ key }) => key[1] === 'minutes');
    const others = open.filter(({ key }) => key[1] !== 'minutes');
    if (others.length > 0) {
      if (isWithoutCapacity(day, node, others)) withoutCapacity(day, node, others);
      else unpriced(day, node, others);
    }
    if (minutes.some((item) => !item.isClaimed)) partlyRecorded(day, node, minutes);
  }
}

function isChargedForNothing(day: Day, node: string, { found, key }: Item): boolean {
  const resource = resources.find((one) => one === key[1]);
  const records = day.assets(node);
  if (!resource || records.length === 0 || !('expected' in found) || found.expected !== 0)
    return false;
  return sumOf(records, ({ costs }) => costs[resource]) === 0 && (found.actual ?? 0) > 0;
}

/** Clusters in which everything costs nothing, in both stores. */
function allFree(day: Day, nodes: ReadonlyMap<string, readonly Item[]>): void {
  const clusters = new Map<string, Item[]>();
  for (const [node, items] of nodes) {
    const cluster = nameOf(node).cluster || node;
    clusters.set(cluster, [...(clusters.get(cluster) ?? []), ...items]);
  }
  for (const [cluster, items] of clusters) {
    const records = (day.evidence?.nodes ?? []).filter((node) => node.cluster === cluster);
    const use = (day.evidence?.use ?? []).filter((one) => one.cluster === cluster);
    const free =
      records.every(({ cost }) => cost === 0) && use.every(({ costs }) => totalOf(costs) === 0);
    const areAllFree = items.every(
      (item) => item.audit.status === 'Warning' && codesOf(item).some((code) => /free/.test(code)),
    );
    if (!(areAllFree || (free && records.length > 0))) continue;
    const names = new Set(items.map(({ key }) => key[0]));
    const finding = day.add({
      code: 'node-unpriced',
      variant: 'all-free',
      object: objectOf('cluster', cluster, { cluster, details: { nodes: names.size } }),
      wrong: null,
      amount: 0,
      effect: {},
      values: { node: cluster, resource: 'CPU and RAM', charged: 'nothing' },
      facts: [
        {
          fact: `${names.size} nodes of ${cluster} and their workloads cost 0`,
          source: '/assets, /allocation',
        },
      ],
    });
    for (const item of items) item.propose(finding);
  }
}

function isWithoutCapacity(day: Day, node: string, items: readonly Item[]): boolean {
  const records = day.assets(node);
  const use = day.use(node);
  if (records.length > 0 && use) {
    return (['CPU', 'RAM'] as const).some(
      (resource) => sumOf(records, ({ hours }) => hours[resource]) === 0 && use.hours[resource] > 0,
    );
  }
  return items.flatMap(codesOf).some((code) => /capacity|hours/.test(code));
}

function withoutCapacity(day: Day, node: string, items: readonly Item[]): void {
  const records = day.assets(node);
  const use = day.use(node);
  const shown = sumOf(records, ({ cost }) => cost);
  const used = use ? totalOf(use.costs) : 0;
  const estimate = estimateOf(day, node);
  const cost = Math.max(estimate?.cost ?? 0, used);
  const amount = cost > shown ? shown - cost : null;
  const lost = (['CPU', 'RAM'] as const).filter(
    (resource) => sumOf(records, ({ hours }) => hours[resource]) === 0,
  );
  const finding = day.add({
    code: 'node-without-capacity',
    object: nodeObject(day, node),
    wrong: ['assets'],
    amount,
    basis:
      amount === null ? 'unknown' : estimate && estimate.cost >= used ? 'estimated' : 'lower-bound',
    effect: { workloads: 0, idle: amount, assets: amount },
    values: {
      node: nameOf(node).name,
      resource: (lost.length > 0 ? lost : resourcesOf(items)).join(' and ') || 'CPU or RAM',
      shown: amountText(shown),
      estimate: amountText(cost),
    },
    facts: [
      {
        fact: `the node has no ${lost.join(' and ') || 'CPU or RAM'} hours and costs ${amountText(shown)}`,
        source: '/assets',
      },
      { fact: `its workloads cost ${amountText(used)}`, source: '/allocation' },
      ...(estimate
        ? [
            {
              fact: `the node cost ${amountText(estimate.cost)} for the same time`,
              source: `/assets of ${estimate.on}`,
            },
          ]
        : []),
    ],
  });
  claimPrices(day, node, finding, items);
}

/** A node that costs money for GPUs, cores or memory of which neither it nor its workloads have any. */
function chargedWithoutCapacity(day: Day, node: string, items: readonly Item[]): void {
  const amount = items.reduce((sum, { delta }) => sum + (delta ?? 0), 0);
  const resource = resourcesOf(items).join(' and ');
  const finding = day.add({
    code: 'node-without-capacity',
    variant: 'charged',
    severity: 'warning',
    object: nodeObject(day, node),
    confidence: 'likely',
    wrong: ['assets'],
    amount,
    effect: { workloads: 0, idle: amount, assets: amount },
    values: { node: nameOf(node).name, resource, shown: amountText(amount), estimate: '0' },
    facts: [
      { fact: `${resource} of the node cost ${amountText(amount)} for 0 hours`, source: '/assets' },
    ],
  });
  for (const item of items) item.propose(finding);
}

/** A node that costs nothing in both stores, in a cluster whose other nodes have prices. */
function freeNode(day: Day, node: string, items: readonly Item[]): void {
  const { name, cluster } = nameOf(node);
  const resource = resourcesOf(items).join(' and ');
  const finding = day.add({
    code: 'node-unpriced',
    variant: 'free-node',
    object: nodeObject(day, node),
    confidence: 'possible',
    wrong: null,
    amount: null,
    effect: {},
    values: { node: name, cluster, resource, charged: '0' },
    facts: [
      {
        fact: `${resource} of the node and of its workloads cost 0`,
        source: '/assets, /allocation',
      },
      { fact: `${resource} of other nodes of ${cluster} has a price`, source: '/assets' },
    ],
  });
  for (const item of items) item.propose(finding);
}

function claimPrices(day: Day, node: string, finding: Draft, items: readonly Item[]): void {
  for (const item of items) item.propose(finding);
  claimNode(day, node, finding, [
    'CheckNodeRecord',
    'AuditAllocationReconciliation',
    'CheckOverAllocation',
  ]);
  claimOveruse(day, node, finding);
  day.block(
    finding,
    ({ description }) => description.includes(node) && /no hours|not known/.test(description),
  );
}

/** Prices per core-hour and GB-hour that products fall back to. */
const defaultPrices = [0.031611, 0.021811];

function unpriced(day: Day, node: string, items: readonly Item[]): void {
  const lost = resourcesOf(items);
  const use = day.use(node);
  const records = day.assets(node);
  const charged = lost.reduce((sum, resource) => sum + (use?.costs[resource] ?? 0), 0);
  const shown = sumOf(records, ({ cost }) => cost);
  const estimate = estimateOf(day, node);
  const missing = Math.max(charged, (estimate?.cost ?? 0) - shown);
  const price = use && use.hours.CPU > 0 ? use.costs.CPU / use.hours.CPU : 0;
  const isDefault = defaultPrices.some((known) => Math.abs(price - known) < known * 0.001);
  const finding = day.add({
    code: 'node-unpriced',
    variant: isDefault && lost.includes('CPU') ? 'default-price' : null,
    object: nodeObject(day, node),
    wrong: isDefault ? ['assets', 'allocations'] : ['assets'],
    amount: missing > 0 ? -missing : null,
    basis: missing > 0 ? (missing > charged ? 'estimated' : 'lower-bound') : 'unknown',
    effect: {
      workloads: isDefault ? null : 0,
      idle: missing > 0 ? -missing : null,
      assets: missing > 0 ? -missing : null,
    },
    values: {
      node: nameOf(node).name,
      resource: lost.join(' and ') || 'CPU',
      charged: amountText(charged),
    },
    facts: [
      { fact: `${lost.join(' and ')} of the node cost 0`, source: '/assets' },
      { fact: `its workloads were charged ${amountText(charged)} for them`, source: '/allocation' },
      ...(estimate
        ? [
            {
              fact: `the node cost ${amountText(estimate.cost)} for the same time`,
              source: `/assets of ${estimate.on}`,
            },
          ]
        : []),
    ],
  });
  claimPrices(day, node, finding, items);
}

import type { ResourceName } from '../../audits/local/evidence/evidence.ts';
import { amountText, percentText } from '../amount-text.ts';
import { type Day, resources } from '../day.ts';
import { objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { adjustedCosts, sumOf, totalOf } from '../node-costs.ts';
import { codesOf, detailsOf } from './answers-and-days.ts';
import { claimNode, claimOveruse, claimPart } from './claims.ts';

/** Nodes that both stores have, at prices that do not agree. */
export function price(day: Day): void {
  nodeRecords(day);
  notReconciled(day);
  for (const [node, items] of byNode(day, day.ledger.open('AuditAllocationReconciliation'))) {
    const differing = items.filter(({ delta }) => delta !== null);
    if (differing.length === 0) continue;
    if (!discountMissing(day, node, differing)) priceMismatch(day, node, differing);
  }
}

const minute = 60_000;

function byNode(day: Day, items: readonly Item[]): Map<string, Item[]> {
  const nodes = new Map<string, Item[]>();
  for (const item of items) {
    const node = day.nodeKey(item.key[0] ?? '');
    nodes.set(node, [...(nodes.get(node) ?? []), item]);
  }
  return nodes;
}

function nameOf(node: string): { cluster: string; name: string } {
  const slash = node.indexOf('/');
  return { cluster: node.slice(0, Math.max(0, slash)), name: node.slice(slash + 1) };
}

function nodeObject(
  day: Day,
  node: string,
  details: Readonly<Record<string, string | number>> = {},
) {
  const { cluster, name } = nameOf(node);
  const providerID = day.assets(node)[0]?.providerID || day.use(node)?.providerIDs[0] || null;
  return objectOf('node', name, { cluster, providerID, details });
}

/** Nodes whose record contradicts their use: CheckNodeRecord says which, the evidence how much. */
function nodeRecords(day: Day): void {
  const nodes = byNode(day, day.ledger.open('CheckNodeRecord'));
  allFree(day, nodes);
  // a node whose price is 0 differs from every cost of its workloads
  for (const item of day.ledger.open('AuditAllocationReconciliation')) {
    const node = day.nodeKey(item.key[0] ?? '');
    if (isChargedForNothing(day, node, item)) nodes.set(node, [...(nodes.get(node) ?? []), item]);
  }
  for (const [node, items] of nodes) {
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
  return (
    sumOf(records, (record) => adjustedCosts(record)[resource]) === 0 && (found.actual ?? 0) > 0
  );
}

function resourcesOf(items: readonly Item[]): ResourceName[] {
  return resources.filter((resource) => items.some(({ key }) => key[1] === resource));
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
    const said = items.every(
      (item) => item.audit.status === 'Warning' && codesOf(item).some((code) => /free/.test(code)),
    );
    if (!(said || (free && records.length > 0))) continue;
    const finding = day.add({
      code: 'node-unpriced',
      variant: 'all-free',
      object: objectOf('cluster', cluster, { cluster, details: { nodes: records.length } }),
      wrong: null,
      amount: 0,
      effect: {},
      values: { node: cluster, resource: 'CPU and RAM', charged: 'nothing' },
      facts: [
        {
          fact: `${records.length} nodes of ${cluster} and their workloads cost 0`,
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

/** What the node cost on another day, for the time that its workloads ran. */
function estimateOf(day: Day, node: string): { cost: number; on: string } | null {
  const records = day.assets(node);
  const use = day.use(node);
  const known = day.pricePerMinute(node, records[0]?.providerID ?? '');
  if (!known) return null;
  const minutes = Math.max(
    sumOf(records, (record) => record.minutes),
    use ? (use.end - use.start) / minute : 0,
  );
  return { cost: known.price * minutes, on: known.on };
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

function claimPrices(
  day: Day,
  node: string,
  finding: Parameters<Item['propose']>[0],
  items: readonly Item[],
): void {
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

function partlyRecorded(day: Day, node: string, items: readonly Item[]): void {
  const records = day.assets(node);
  const use = day.use(node);
  const [first] = items;
  const found = first && 'expected' in first.found ? first.found : null;
  const recorded = sumOf(records, ({ minutes }) => minutes) || (found?.actual ?? 0);
  const expected = use ? Math.round((use.end - use.start) / minute) : (found?.expected ?? 0);
  const cost = sumOf(records, (record) => record.cost);
  const missing = expected - recorded;
  const amount = recorded > 0 && missing > 0 && cost > 0 ? -(cost / recorded) * missing : null;
  const finding = day.add({
    code: 'node-partly-recorded',
    object: nodeObject(day, node, { minutes: Math.round(recorded), expected }),
    confidence: 'likely',
    wrong: ['assets', 'idle'],
    amount,
    basis: amount === null ? 'unknown' : 'estimated',
    effect: { workloads: 0, idle: amount, assets: amount },
    values: { node: nameOf(node).name, minutes: Math.round(recorded), expected },
    facts: [
      ...records.map((record) => ({
        fact: `recorded from ${timeText(record.start)} to ${timeText(record.end)}`,
        source: '/assets',
      })),
      ...(use
        ? [
            {
              fact: `pods ran from ${timeText(use.start)} to ${timeText(use.end)}`,
              source: '/allocation',
            },
          ]
        : []),
    ],
  });
  for (const item of items) item.propose(finding);
  claimNode(day, node, finding, ['CheckOverAllocation']);
  claimOveruse(day, node, finding);
}

function timeText(ms: number): string {
  return Number.isFinite(ms)
    ? new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
    : 'an unknown time';
}

/** Nodes with an adjustment whose allocations have none: the same cause for all of them. */
function notReconciled(day: Day): void {
  let whole: Parameters<Item['propose']>[0] | null = null;
  for (const [node, items] of byNode(day, day.ledger.open('AuditAllocationReconciliation'))) {
    const differing = items.filter(({ delta }) => delta !== null);
    if (differing.length === 0 || !isUnadjusted(day, node, differing)) continue;
    const amount = differing.reduce((sum, { delta }) => sum + (delta ?? 0), 0);
    const finding = day.add({
      code: 'allocations-not-reconciled',
      object: nodeObject(day, node),
      reason: 'not reconciled',
      confidence: 'likely',
      wrong: ['allocations'],
      amount,
      effect: { workloads: amount, idle: -amount, assets: 0 },
      values: { node: nameOf(node).name },
      facts: [
        {
          fact: `the node is adjusted by ${amountText(sumOf(day.assets(node), ({ adjustment }) => adjustment))}, its workloads by 0`,
          source: '/assets, /allocation',
        },
        ...differing.map(({ key, delta }) => ({
          fact: `${key.join(' ')} differs by ${(delta ?? 0).toFixed(5)}`,
          source: 'AuditAllocationReconciliation',
        })),
      ],
    });
    for (const item of differing) item.propose(finding);
    claimOveruse(day, node, finding);
    whole ??= finding;
  }
  if (whole) claimAdjustments(day, whole);
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
function claimAdjustments(day: Day, finding: Parameters<Item['propose']>[0]): void {
  const { evidence } = day;
  for (const item of day.ledger.of('AuditClusterEquality')) {
    const [cluster = ''] = item.key;
    if (item.delta === null || !evidence) continue;
    const inCluster = (one: { cluster: string }) => one.cluster === cluster;
    const isVolume = ({ name }: { name: string }) => day.assets(`${cluster}/${name}`).length === 0;
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

/** The factor by which workloads differ from the price of their node; NaN where it is not known. */
function ratioOf(item: Item | undefined): number {
  if (!item || !('expected' in item.found)) return Number.NaN;
  const { expected, actual } = item.found;
  return expected ? (actual ?? Number.NaN) / expected : Number.NaN;
}

function discountMissing(day: Day, node: string, items: readonly Item[]): boolean {
  const [record] = day.assets(node);
  if (!record || !(record.discount > 0) || record.discount >= 1) return false;
  const of = (resource: ResourceName) => items.find(({ key }) => key[1] === resource);
  if (of('GPU')) return false;
  const ratios = [ratioOf(of('CPU')), ratioOf(of('RAM'))].filter((ratio) => !Number.isNaN(ratio));
  const near = (wanted: number) =>
    ratios.every((ratio) => Math.abs(ratio - wanted) <= wanted * 0.005);
  const listPrice = near(1 / (1 - record.discount));
  if (ratios.length === 0 || !(listPrice || near(1 - record.discount))) return false;
  const amount = items.reduce((sum, { delta }) => sum + (delta ?? 0), 0);
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
  for (const item of items) item.propose(finding);
  claimOveruse(day, node, finding);
  claimNode(day, node, finding, ['CheckOverAllocation']);
  return true;
}

/** How the charged price relates to the price of the node. */
function comparisonText(ratio: number, delta: number): string {
  if (Number.isFinite(ratio)) return `${ratio.toPrecision(3)} times`;
  return delta < 0 ? 'less than' : 'more than';
}

function priceMismatch(day: Day, node: string, items: readonly Item[]): void {
  const amount = items.reduce((sum, { delta }) => sum + (delta ?? 0), 0);
  const side = sideByPeers(day, node);
  const ratio = ratioOf(items[0]);
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
  claimNode(day, node, finding, ['CheckOverAllocation']);
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

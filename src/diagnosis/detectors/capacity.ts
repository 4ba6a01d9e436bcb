import type { ResourceName } from '../../audits/local/evidence/evidence.ts';
import { amountText } from '../amount-text.ts';
import { type Day, resources } from '../day.ts';
import { objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { sumOf } from '../node-costs.ts';
import { claimOveruse, isAbsurd, overuse } from './claims.ts';
import { codesOf } from './responses-and-days.ts';

/** Nodes that have less than their workloads hold. */
export function capacity(day: Day): void {
  const nodes = new Map<string, Item[]>();
  for (const item of day.ledger.open('CheckOverAllocation')) {
    const node = day.nodeKey(item.key[0] ?? '');
    nodes.set(node, [...(nodes.get(node) ?? []), item]);
  }
  for (const [node, items] of nodes) overAllocation(day, node, items);
  uncheckedNodes(day, nodes);
}

function overAllocation(day: Day, node: string, items: readonly Item[]): void {
  const affected = resources.filter((resource) => items.some(({ key }) => key[1] === resource));
  const absurd = affected.find((resource) => isAbsurd(day, node, resource));
  const failed = items.some((item) =>
    codesOf(item).some((code) => /larger|absurd|request/.test(code)),
  );
  const amount = items.reduce((sum, { delta }) => sum + (delta ?? 0), 0) || overuse(day, node);
  const finding =
    absurd || failed
      ? absurdRequest(day, node, { resource: absurd ?? affected[0] ?? 'CPU', amount })
      : overAllocated(day, node, { affected, amount });
  for (const item of items) item.propose(finding);
  claimOveruse(day, node, finding);
}

function nodeObject(day: Day, node: string, details: Readonly<Record<string, string | number>>) {
  const slash = node.indexOf('/');
  return objectOf('node', node.slice(slash + 1), {
    cluster: node.slice(0, Math.max(0, slash)),
    providerID: day.assets(node)[0]?.providerID || null,
    details,
  });
}

function absurdRequest(
  day: Day,
  node: string,
  { resource, amount }: { resource: ResourceName; amount: number },
) {
  const largest = day.use(node)?.largest[resource];
  const hours = sumOf(day.assets(node), (record) => record.hours[resource]);
  const container = largest?.name ?? `a container of ${node}`;
  const [namespace = '', pod = ''] = container.split('/');
  const cluster = node.slice(0, Math.max(0, node.indexOf('/')));
  return day.add({
    code: 'absurd-request',
    object: objectOf('container', container, {
      cluster,
      namespace,
      details: { node: node.slice(node.indexOf('/') + 1) },
    }),
    wrong: ['allocations'],
    amount,
    basis: 'lower-bound',
    effect: { workloads: amount, idle: null, assets: 0 },
    values: {
      container,
      namespace,
      pod,
      resource,
      hours: hoursText(largest?.hours ?? 0),
      nodeHours: hoursText(hours),
    },
    facts: [
      {
        fact: `${container} holds ${hoursText(largest?.hours ?? 0)} ${resource} hours, ${node} has ${hoursText(hours)}`,
        source: '/allocation, /assets',
      },
    ],
  });
}

function overAllocated(
  day: Day,
  node: string,
  { affected, amount }: { affected: readonly ResourceName[]; amount: number },
) {
  const use = day.use(node);
  const [resource = 'CPU'] = affected;
  const hours = sumOf(day.assets(node), (record) => record.hours[resource]);
  const percent = use && hours > 0 ? (use.hours[resource] / hours) * 100 : null;
  const largest = use?.largest[resource];
  return day.add({
    code: 'over-allocated-node',
    variant: affected.length === 1 && resource === 'GPU' ? 'shared-gpu' : null,
    object: nodeObject(day, node, largest ? { largest: largest.name } : {}),
    amount,
    effect: { workloads: 0, idle: 0, assets: 0 },
    values: {
      node: node.slice(node.indexOf('/') + 1),
      resource: affected.join(' and ') || 'CPU',
      percent: percent === null ? 'more than 100' : percent.toFixed(0),
    },
    facts: [
      {
        fact: `workloads cost ${amountText(amount)} more than the node`,
        source: '/allocation, /assets',
      },
      ...(largest && hours > 0
        ? [
            {
              fact: `the largest, ${largest.name}, holds ${((largest.hours / hours) * 100).toFixed(0)} % of the ${resource}`,
              source: '/allocation',
            },
          ]
        : []),
    ],
  });
}

function hoursText(hours: number): string {
  return hours >= 1e6 ? hours.toExponential(2) : hours.toFixed(1).replace(/\.0$/, '');
}

/** Nodes that are over-allocated by the evidence, where no check looked at them. */
function uncheckedNodes(day: Day, checked: ReadonlyMap<string, unknown>): void {
  if (day.audits.some(({ type }) => type === 'CheckOverAllocation')) return;
  for (const item of day.ledger.open('AuditClusterEquality')) {
    const [cluster = ''] = item.key;
    for (const use of day.evidence?.use ?? []) {
      const node = `${use.cluster}/${use.name}`;
      if (use.cluster !== cluster || checked.has(node) || overuse(day, node) <= 0) continue;
      const records = day.assets(node);
      const affected = resources.filter(
        (resource) => use.hours[resource] > sumOf(records, ({ hours }) => hours[resource]) * 1.001,
      );
      if (affected.length === 0) continue;
      claimOveruse(day, node, overAllocated(day, node, { affected, amount: overuse(day, node) }));
    }
  }
}

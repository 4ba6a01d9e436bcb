import type { ResourceName } from '../../audits/local/evidence/evidence.ts';
import { minute } from '../../time.ts';
import { type Day, resources } from '../day.ts';
import { objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { sumOf } from '../node-costs.ts';

export function byNode(day: Day, items: readonly Item[]): Map<string, Item[]> {
  const nodes = new Map<string, Item[]>();
  for (const item of items) {
    const node = day.nodeKey(item.key[0] ?? '');
    nodes.set(node, [...(nodes.get(node) ?? []), item]);
  }
  return nodes;
}

export function nameOf(node: string): { cluster: string; name: string } {
  const slash = node.indexOf('/');
  return { cluster: node.slice(0, Math.max(0, slash)), name: node.slice(slash + 1) };
}

export function nodeObject(
  day: Day,
  node: string,
  details: Readonly<Record<string, string | number>> = {},
) {
  const { cluster, name } = nameOf(node);
  const providerID = day.assets(node)[0]?.providerID || day.use(node)?.providerIDs[0] || null;
  return objectOf('node', name, { cluster, providerID, details });
}

export function resourcesOf(items: readonly Item[]): ResourceName[] {
  return resources.filter((resource) => items.some(({ key }) => key[1] === resource));
}

/** What the node cost on another day, for the time that its workloads ran. */
export function estimateOf(day: Day, node: string): { cost: number; on: string } | null {
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

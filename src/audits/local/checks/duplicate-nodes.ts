import { minute } from '../../../time.ts';
import type { AuditInput } from '../audit-input.ts';
import type { Comparison } from '../comparison.ts';
import type { NodePrice } from '../node-price.ts';

/** Records that overlap by no more than this belong to a node and its replacement. */
const toleratedOverlap = 10 * minute;

/** The records of one node under one provider ID; those of 24 hourly sets are one. */
interface NodeRecord {
  readonly cluster: string;
  readonly name: string;
  readonly providerID: string;
  readonly start: number;
  readonly end: number;
  readonly cost: number;
}

/**
 * Reports nodes that are recorded twice at one time: one name under two provider IDs, or one provider ID
 * in two clusters, both with a cost.
 */
export function reportDuplicateNodes(input: AuditInput, comparison: Comparison): void {
  const records = [...input.assets.nodes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, prices]) => [key, recordsOf(prices)] as const);
  for (const [key, own] of records) {
    const pair = overlapping(own);
    if (!pair) continue;
    const ids = pair.map(({ providerID }) => providerID).join(' and ');
    const detail = `recorded as ${ids} at the same time`;
    add(key, pair, { code: 'node-twice', detail }, comparison);
  }
  const all = records.flatMap(([, own]) => own);
  for (const [providerID, own] of grouped(all, (record) => record.providerID)) {
    const clusters = own.filter(
      ({ cluster }, i) => own.findIndex((one) => one.cluster === cluster) === i,
    );
    const pair = overlapping(clusters);
    if (!pair || areTwoNodes(pair, input)) continue;
    const [first, second] = pair;
    const detail = `${providerID} is also recorded as ${first.cluster}/${first.name}`;
    const key = `${second.cluster}/${second.name}`;
    add(key, pair, { code: 'provider-id-twice', detail }, comparison);
  }
}

function recordsOf(prices: readonly NodePrice[]): NodeRecord[] {
  const paid = prices.filter(({ name, providerID, printed }) => {
    return name !== '' && providerID !== '' && printed > 0;
  });
  return [...grouped(paid, ({ providerID }) => providerID).values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { cluster, name, providerID } = first;
    return {
      cluster,
      name,
      providerID,
      start: Math.min(...same.map(({ start }) => start)),
      end: Math.max(...same.map(({ end }) => end)),
      cost: same.reduce((sum, { printed }) => sum + printed, 0),
    };
  });
}

/**
 * Whether two clusters have a node each: a provider ID that is made from the node's name (`k3s://node-1`,
 * or an instance name) is one of a cluster, and workloads run on both.
 */
function areTwoNodes(pair: Pair, { allocations }: AuditInput): boolean {
  return pair.every(
    ({ cluster, name, providerID }) =>
      providerID.slice(providerID.lastIndexOf('/') + 1) === name &&
      allocations.lifetime(`${cluster}/${name}`) !== null,
  );
}

type Pair = readonly [NodeRecord, NodeRecord];

function add(
  key: string,
  [first, second]: Pair,
  { code, detail }: { readonly code: string; readonly detail: string },
  comparison: Comparison,
): void {
  comparison.addDifference({
    key: [key],
    expected: Math.max(first.cost, second.cost),
    actual: first.cost + second.cost,
    causes: [{ code, amount: null, detail }],
  });
}

function grouped<Item>(
  records: readonly Item[],
  keyOf: (record: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const record of records) {
    const key = keyOf(record);
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return groups;
}

/** The first two records that are there at the same time; undefined where none are. */
function overlapping(records: readonly NodeRecord[]): Pair | undefined {
  for (const [i, first] of records.entries()) {
    const second = records
      .slice(i + 1)
      .find(
        ({ start, end }) =>
          Math.min(end, first.end) - Math.max(start, first.start) > toleratedOverlap,
      );
    if (second) return [first, second];
  }
  return undefined;
}

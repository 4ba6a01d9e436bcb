import type { AssetRow } from '../../../costs/rows.ts';
import { minute } from '../../../time.ts';
import type { RowCheck } from '../audit.ts';
import type { Comparison } from '../comparison.ts';

/** Records that overlap by no more than this belong to a node and its replacement. */
const toleratedOverlap = 10 * minute;

interface NodeRecord {
  readonly cluster: string;
  readonly name: string;
  readonly providerID: string;
  start: number;
  end: number;
  cost: number;
}

/**
 * Nodes that are recorded twice at one time: one name under two provider IDs, or one provider ID in two
 * clusters, both with a cost.
 */
export class DuplicateNodeCheck implements RowCheck<AssetRow> {
  /** By cluster, name and provider ID; the records of 24 hourly sets become one. */
  readonly #records = new Map<string, NodeRecord>();

  row({ type, identity, start, end, totalCost }: AssetRow): void {
    const { cluster, name, providerID } = identity;
    if (type !== 'Node' || name === '' || providerID === '' || !(totalCost > 0)) return;
    const key = JSON.stringify([cluster, name, providerID]);
    const known = this.#records.get(key);
    if (!known) {
      this.#records.set(key, { cluster, name, providerID, start, end, cost: totalCost });
      return;
    }
    known.start = Math.min(known.start, start);
    known.end = Math.max(known.end, end);
    known.cost += totalCost;
  }

  report(comparison: Comparison): void {
    const records = [...this.#records]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, record]) => record);
    const byName = grouped(records, ({ cluster, name }) => `${cluster}/${name}`);
    for (const [key, own] of byName) {
      const pair = overlapping(own);
      if (!pair) continue;
      const ids = pair.map(({ providerID }) => providerID).join(' and ');
      add(
        key,
        pair,
        { code: 'node-twice', detail: `recorded as ${ids} at the same time` },
        comparison,
      );
    }
    for (const [providerID, own] of grouped(records, (record) => record.providerID)) {
      const clusters = own.filter(
        ({ cluster }, i) => own.findIndex((one) => one.cluster === cluster) === i,
      );
      const pair = overlapping(clusters);
      if (!pair) continue;
      const [first, second] = pair;
      const detail = `${providerID} is also recorded as ${first.cluster}/${first.name}`;
      add(
        `${second.cluster}/${second.name}`,
        pair,
        { code: 'provider-id-twice', detail },
        comparison,
      );
    }
  }
}

type Pair = readonly [NodeRecord, NodeRecord];

function add(
  key: string,
  [first, second]: Pair,
  { code, detail }: { readonly code: string; readonly detail: string },
  comparison: Comparison,
): void {
  const [smaller, larger] = [first.cost, second.cost].sort((a, b) => a - b);
  comparison.addDifference([key], larger ?? 0, (larger ?? 0) + (smaller ?? 0), [
    { code, amount: null, detail },
  ]);
}

function grouped(
  records: readonly NodeRecord[],
  keyOf: (record: NodeRecord) => string,
): Map<string, NodeRecord[]> {
  const groups = new Map<string, NodeRecord[]>();
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

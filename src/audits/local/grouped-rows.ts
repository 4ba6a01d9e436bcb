import { type Approx, approx, plus } from '../../costs/approximation.ts';
import type { Rounding } from '../../costs/rounding.ts';
import { type AllocationRow, isIdle } from '../../costs/rows.ts';
import type { Comparison } from './comparison.ts';
import { type RowSum, rowSum } from './row-sum.ts';

/** A row of allocations that are aggregated by cluster or node. */
export interface GroupedRow {
  readonly name: string;
  readonly idle: boolean;
  /** Empty where the row has none. */
  readonly cluster: string;
  readonly node: string;
  readonly total: Approx;
  /** Adjustments included, as in all costs that follow. */
  readonly cpu: Approx;
  readonly gpu: Approx;
  readonly ram: Approx;
  readonly volumes: Approx;
  readonly loadBalancers: Approx;
  readonly network: Approx;
  readonly shared: Approx;
  /** The parts of the row, which should add up to its total. */
  readonly parts: RowSum;
}

/** The rows of a small response: what clusters or nodes cost, and their idle. */
export class GroupedRows {
  readonly rows: GroupedRow[] = [];
  readonly #rounding: Rounding;

  constructor(rounding: Rounding) {
    this.#rounding = rounding;
  }

  add(row: AllocationRow): void {
    const of = (amount: number) => approx(amount, this.#rounding.of(amount));
    const adjusted = (cost: number, adjustment: number) =>
      approx(cost + adjustment, this.#rounding.of(cost) + this.#rounding.of(adjustment));
    this.rows.push({
      name: row.name,
      idle: isIdle(row.name) && !isNamedIdle(row),
      cluster: row.cluster,
      node: row.node,
      total: of(row.totalCost),
      cpu: adjusted(row.cpuCost, row.cpuCostAdjustment),
      gpu: adjusted(row.gpuCost, row.gpuCostAdjustment),
      ram: adjusted(row.ramCost, row.ramCostAdjustment),
      volumes: adjusted(row.pvCost, row.pvCostAdjustment),
      loadBalancers: adjusted(row.loadBalancerCost, row.loadBalancerCostAdjustment),
      network: adjusted(row.networkCost, row.networkCostAdjustment),
      shared: of(row.sharedCost),
      parts: rowSum(row, this.#rounding),
    });
  }
}

/** What an audit may read of the rows. */
export type Grouped = Readonly<Pick<GroupedRows, 'rows'>>;

/** The sum of one amount over some rows. */
export function sumOf(rows: readonly GroupedRow[], of: (row: GroupedRow) => Approx): Approx {
  return plus(...rows.map(of));
}

/**
 * Compares the printed total of a row with the sum of its parts, down to the resolution that the audit has so
 * far. A row that lacks a part is not compared, and neither is one whose key has a difference already.
 *
 * @param key of the difference
 */
export function compareParts(
  { name, parts: { sum, total, error, resolution } }: GroupedRow,
  key: readonly string[],
  comparison: Comparison,
): void {
  const own = comparison.resolutionOf(approx(sum), approx(total, error));
  const allowed = Math.max(own, resolution, comparison.resolution);
  const amount = total - sum;
  if (!(Math.abs(amount) > allowed) || comparison.hasDifference(key)) return;
  const detail = `totalCost of the row ${name} is not the sum of its parts`;
  comparison.addDifference({
    key,
    expected: sum,
    actual: total,
    resolution: allowed,
    causes: [{ code: 'parts', amount, detail }],
  });
}

/** A cluster or node may itself be called `__idle__`. */
function isNamedIdle({ name, cluster, node }: AllocationRow): boolean {
  return name === cluster || name === `${cluster}/${node}`;
}

/**
 * The `cluster/node` that an idle row belongs to. Versions name the row after the cluster, the node or
 * both, and most have it in its properties; null where the row does not say.
 *
 * @param nodes every node that is known
 */
export function idleNode(row: GroupedRow, nodes: NodeNames): string | null {
  if (row.cluster !== '' && row.node !== '') return `${row.cluster}/${row.node}`;
  const name = row.name.slice(0, -'/__idle__'.length);
  if (row.node === '' && nodes.has(name)) return name;
  return nodes.keyOf(row.node || name);
}

/** The cluster that a row belongs to; null where it is unknown. */
export function clusterOf(
  row: GroupedRow,
  clusters: ReadonlySet<string>,
  nodes: NodeNames,
): string | null {
  if (row.cluster !== '') return row.cluster;
  if (!row.idle) return row.name;
  const name = row.name.slice(0, -'/__idle__'.length);
  if (clusters.has(name)) return name;
  const node = idleNode(row, nodes);
  if (node !== null) return nodes.clusterOf(node);
  return clusters.size === 1 ? ([...clusters][0] ?? null) : null;
}

/** The nodes of a window, by `cluster/node` or by their own name where that is unambiguous. */
export class NodeNames {
  readonly #clusters = new Map<string, string>();
  readonly #keys = new Map<string, string | null>();

  add(cluster: string, node: string): void {
    const key = `${cluster}/${node}`;
    if (this.#clusters.has(key)) return;
    this.#clusters.set(key, cluster);
    this.#keys.set(node, this.#keys.has(node) ? null : key);
  }

  has(key: string): boolean {
    return this.#clusters.has(key);
  }

  keyOf(node: string): string | null {
    return this.#keys.get(node) ?? null;
  }

  clusterOf(key: string): string | null {
    return this.#clusters.get(key) ?? null;
  }
}

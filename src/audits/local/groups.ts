import { type Approx, approx, plus } from '../../costs/approximation.ts';
import { Precision } from '../../costs/precision.ts';
import { type AllocationRow, isIdle } from '../../costs/rows.ts';

/** A row of an allocation answer that is aggregated by cluster or node. */
export interface Group {
  readonly name: string;
  readonly idle: boolean;
  /** Empty where the server does not say. */
  readonly cluster: string;
  readonly node: string;
  readonly lacksCost: boolean;
  readonly total: number;
  readonly cpu: number;
  readonly gpu: number;
  readonly ram: number;
  readonly volumes: number;
  readonly loadBalancers: number;
  readonly network: number;
  readonly shared: number;
}

/** A small answer, row by row: what the clusters or nodes cost, with their idle. */
export class Groups {
  readonly precision = new Precision(5);
  readonly rows: Group[] = [];

  add(row: AllocationRow): void {
    this.precision.see(row.totalCost);
    this.precision.see(row.cpuCost);
    this.rows.push({
      name: row.name,
      idle: isIdle(row.name) && !isNamedIdle(row),
      cluster: row.cluster,
      node: row.node,
      lacksCost: row.lacks.length > 0,
      total: row.totalCost,
      cpu: row.cpuCost + row.cpuCostAdjustment,
      gpu: row.gpuCost + row.gpuCostAdjustment,
      ram: row.ramCost + row.ramCostAdjustment,
      volumes: row.pvCost + row.pvCostAdjustment,
      loadBalancers: row.loadBalancerCost + row.loadBalancerCostAdjustment,
      network: row.networkCost + row.networkCostAdjustment,
      shared: row.sharedCost,
    });
  }

  /** Some rows together. @param numbers printed numbers that go into `of` of one row */
  sum(rows: readonly Group[], of: (row: Group) => number, numbers = 1): Approx {
    const { half } = this.precision;
    return plus(...rows.map((row) => approx(of(row), numbers * half)));
  }
}

/** A cluster or node may be called like the idle row of another. */
function isNamedIdle({ name, cluster, node }: AllocationRow): boolean {
  return name === cluster || name === `${cluster}/${node}`;
}

/**
 * The cluster and node an idle row belongs to. Versions name it after the cluster, the node or both,
 * and most say it in its properties; null where it cannot be told.
 *
 * @param nodes `cluster/node` of every node that is known
 */
export function idleNode(row: Group, nodes: NodeNames): string | null {
  if (row.cluster !== '' && row.node !== '') return `${row.cluster}/${row.node}`;
  const name = row.name.slice(0, -'/__idle__'.length);
  if (row.node === '' && nodes.has(name)) return name;
  return nodes.keyOf(row.node || name);
}

/** The cluster a row belongs to; null where it cannot be told. */
export function clusterOf(row: Group, clusters: ReadonlySet<string>, nodes: NodeNames) {
  if (row.cluster !== '') return row.cluster;
  if (!row.idle) return row.name;
  const name = row.name.slice(0, -'/__idle__'.length);
  if (clusters.has(name)) return name;
  const node = idleNode(row, nodes);
  if (node !== null) return nodes.clusterOf(node);
  return clusters.size === 1 ? ([...clusters][0] ?? null) : null;
}

/** The nodes of a window, found by their key or by their own name where that is unambiguous. */
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

import { type Approx, approx, plus } from '../../costs/approximation.ts';
import { Precision } from '../../costs/precision.ts';
import type { AssetRow } from '../../costs/rows.ts';
import { Sum } from '../../costs/sum.ts';
import { type NodePrice, nodePrice } from './node-price.ts';

/** An amount added up row by row. */
class Total {
  readonly #sum = new Sum();
  #rows = 0;
  /** What sampling alone can make of it. */
  readonly #sampled = new Sum();

  add(amount: number, sampled = 0): void {
    this.#sum.add(amount);
    this.#rows++;
    if (sampled !== 0) this.#sampled.add(sampled);
  }

  approx(half: number): Approx {
    return approx(this.#sum.value, this.#rows * half + this.#sampled.value);
  }
}

export const assetKinds = [
  'nodes',
  'attached disks',
  'volumes',
  'load balancers',
  'network',
  'management',
  'other',
] as const;
export type AssetKind = (typeof assetKinds)[number];

const billedTypes: ReadonlySet<string> = new Set(['Node', 'Disk', 'LoadBalancer']);

interface Disk {
  readonly cluster: string;
  readonly name: string;
  readonly cost: number;
  readonly sampled: number;
}

/** What is kept of the assets of a window: their sums, and the prices of the nodes. */
export class AssetSums {
  readonly precision = new Precision(6);
  rows = 0;
  /** Why it is not known of some row which node or kind of asset it is; null where all say it. */
  unplaced: string | null = null;
  /** What a bill should name and has no providerID to be named by. */
  readonly anonymous = { rows: 0, cost: new Sum() };
  readonly #sampling: number;
  readonly #nodes = new Map<string, AssetRow[]>();
  readonly #disks: Disk[] = [];
  readonly #clusters = new Map<string, Map<AssetKind, Total>>();
  #prices: Map<string, NodePrice[]> | null = null;

  /** @param sampling minutes of a volume's or load balancer's cost that sampling may lose */
  constructor(sampling: number) {
    this.#sampling = sampling;
  }

  add(row: AssetRow): void {
    this.rows++;
    this.precision.see(row.totalCost);
    const { cluster, name } = row.of;
    if (row.of.providerID === '' && billedTypes.has(row.type)) {
      this.anonymous.rows++;
      this.anonymous.cost.add(row.totalCost);
    }
    if (row.type === '') this.unplaced ??= `${row.name} does not say what type of asset it is`;
    if (row.type === 'Node') {
      if (name === '') this.unplaced ??= `${row.name} does not say which node it is`;
      this.precision.see(row.cpuCost);
      const key = `${cluster}/${name}`;
      const kept = keep(row);
      const known = this.#nodes.get(key);
      if (known) known.push(kept);
      else this.#nodes.set(key, [kept]);
      this.#add(cluster, 'nodes', row, 0);
    } else if (row.type === 'Disk') {
      const sampled = this.#sampledOf(row);
      this.#disks.push({ cluster, name, cost: row.totalCost, sampled });
    } else if (row.type === 'LoadBalancer') {
      this.#add(cluster, 'load balancers', row, this.#sampledOf(row));
    } else if (row.type === 'Network') this.#add(cluster, 'network', row, 0);
    else if (row.type === 'ClusterManagement') this.#add(cluster, 'management', row, 0);
    else if (row.type !== 'Cloud' && row.type !== 'Shared') this.#add(cluster, 'other', row, 0);
  }

  /** The nodes by `cluster/node`; several of one name where one took another's place. */
  get nodes(): ReadonlyMap<string, readonly NodePrice[]> {
    const { half } = this.precision;
    this.#prices ??= new Map(
      [...this.#nodes].map(([key, rows]) => [key, rows.map((row) => nodePrice(row, half))]),
    );
    return this.#prices;
  }

  /** Cluster and name of every node. */
  *nodeNames(): Generator<readonly [string, string]> {
    for (const [first] of this.#nodes.values()) if (first) yield [first.of.cluster, first.of.name];
  }

  /** The cost of each kind of asset in each cluster; what has no cluster is left out. */
  clusters(): Map<string, Record<AssetKind, Approx>> {
    for (const { cluster, name, cost, sampled } of this.#disks.splice(0)) {
      const kind = this.#nodes.has(`${cluster}/${name}`) ? 'attached disks' : 'volumes';
      this.#total(cluster, kind).add(cost, sampled);
    }
    const { half } = this.precision;
    const clusters = new Map<string, Record<AssetKind, Approx>>();
    for (const [cluster, totals] of this.#clusters) {
      if (cluster === '') continue;
      const of = (kind: AssetKind) => totals.get(kind)?.approx(half) ?? plus();
      clusters.set(cluster, {
        nodes: of('nodes'),
        'attached disks': of('attached disks'),
        volumes: of('volumes'),
        'load balancers': of('load balancers'),
        network: of('network'),
        management: of('management'),
        other: of('other'),
      });
    }
    return clusters;
  }

  #add(cluster: string, kind: AssetKind, row: AssetRow, sampled: number): void {
    this.#total(cluster, kind).add(row.totalCost, sampled);
  }

  #total(cluster: string, kind: AssetKind): Total {
    let kinds = this.#clusters.get(cluster);
    if (!kinds) {
      kinds = new Map();
      this.#clusters.set(cluster, kinds);
    }
    let total = kinds.get(kind);
    if (!total) {
      total = new Total();
      kinds.set(kind, total);
    }
    return total;
  }

  #sampledOf({ totalCost, minutes }: AssetRow): number {
    return sampledPart(totalCost, minutes, this.#sampling);
  }
}

/** What so many minutes of a cost are, where it came about in `minutes`. */
export function sampledPart(cost: number, minutes: number, sampling: number): number {
  return sampling === 0 ? 0 : Math.abs(cost) * Math.min(1, sampling / Math.max(minutes, sampling));
}

function keep(row: AssetRow): AssetRow {
  return { ...row, of: { ...row.of }, lacks: [] };
}

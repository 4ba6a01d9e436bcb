import { type Approx, approx, plus } from '../../costs/approximation.ts';
import { errorOf, type Rounding } from '../../costs/rounding.ts';
import { type AssetRow, isResidue } from '../../costs/rows.ts';
import { Sum } from '../../costs/sum.ts';
import { type NodePrice, nodePrice } from './node-price.ts';

/** Kinds of assets that are compared by themselves. */
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
export type AssetCosts = Readonly<Record<AssetKind, Approx>>;

const billedTypes: ReadonlySet<string> = new Set(['Node', 'Disk', 'LoadBalancer']);

/** An amount that is added up row by row. */
class Total {
  readonly #sum = new Sum();
  #units = 0;
  readonly #sampled = new Sum();

  /** @param sampled the part of the amount that sampling may lose */
  add(amount: number, units: number, sampled: number): void {
    this.#sum.add(amount);
    this.#units += units;
    if (sampled !== 0) this.#sampled.add(sampled);
  }

  get approx(): Approx {
    return approx(this.#sum.value, errorOf(this.#units) + this.#sampled.value);
  }
}

interface Disk {
  readonly cluster: string;
  readonly name: string;
  readonly cost: number;
  readonly units: number;
  readonly sampled: number;
}

/** Sums of the assets of a window, and the prices of its nodes. */
export class AssetSums {
  rows = 0;
  /** Rows that are no residue; 0: nothing was recorded. */
  liveRows = 0;
  /** Why some row cannot be assigned to a node or a kind of asset; null where every row can. */
  unassignable: string | null = null;
  /** Assets that a bill should name, but that have no providerID to be found by. */
  readonly withoutProviderID = { rows: 0, cost: new Sum() };
  readonly #rounding: Rounding;
  readonly #sampling: number;
  readonly #nodes = new Map<string, NodePrice[]>();
  readonly #disks: Disk[] = [];
  readonly #clusters = new Map<string, Map<AssetKind, Total>>();

  /** @param sampling minutes of a volume's or load balancer's cost that sampling may lose */
  constructor(rounding: Rounding, sampling: number) {
    this.#rounding = rounding;
    this.#sampling = sampling;
  }

  add(row: AssetRow): void {
    this.rows++;
    if (!isResidue(row)) this.liveRows++;
    const { cluster, name, providerID } = row.identity;
    if (providerID === '' && billedTypes.has(row.type)) {
      this.withoutProviderID.rows++;
      this.withoutProviderID.cost.add(row.totalCost);
    }
    switch (row.type) {
      case '':
        this.unassignable ??= `${row.name} has no asset type`;
        this.#add('other', row, 0);
        break;
      case 'Node':
        this.#addNode(row);
        break;
      case 'Disk': {
        const cost = row.totalCost;
        const units = this.#rounding.units(cost);
        this.#disks.push({ cluster, name, cost, units, sampled: this.#sampledOf(row) });
        break;
      }
      case 'LoadBalancer':
        this.#add('load balancers', row, this.#sampledOf(row));
        break;
      case 'Network':
        this.#add('network', row, 0);
        break;
      case 'ClusterManagement':
        this.#add('management', row, 0);
        break;
      case 'Cloud':
      case 'Shared':
        break;
      default:
        this.#add('other', row, 0);
    }
  }

  #addNode(row: AssetRow): void {
    const { cluster, name } = row.identity;
    if (name === '') this.unassignable ??= `${row.name} has no node name`;
    const key = `${cluster}/${name}`;
    const price = nodePrice(row, this.#rounding);
    const known = this.#nodes.get(key);
    if (known) known.push(price);
    else this.#nodes.set(key, [price]);
    this.#add('nodes', row, 0);
  }

  /** Prices by `cluster/node`; several of one name where a node replaced another, or hour by hour. */
  get nodes(): ReadonlyMap<string, readonly NodePrice[]> {
    return this.#nodes;
  }

  /** Cluster and name of every node. */
  *nodeNames(): Generator<readonly [cluster: string, node: string]> {
    for (const [first] of this.#nodes.values()) if (first) yield [first.cluster, first.name];
  }

  /** The cost of each kind of asset in each cluster; `''` where assets name no cluster. */
  clusters(): Map<string, AssetCosts> {
    for (const { cluster, name, cost, units, sampled } of this.#disks.splice(0)) {
      const kind = this.#nodes.has(`${cluster}/${name}`) ? 'attached disks' : 'volumes';
      this.#total(cluster, kind).add(cost, units, sampled);
    }
    const clusters = new Map<string, AssetCosts>();
    for (const [cluster, totals] of this.#clusters) {
      const of = (kind: AssetKind) => totals.get(kind)?.approx ?? plus();
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

  #add(kind: AssetKind, row: AssetRow, sampled: number): void {
    const units = this.#rounding.units(row.totalCost);
    this.#total(row.identity.cluster, kind).add(row.totalCost, units, sampled);
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

/** What an audit may read of the sums. */
export type AssetTotals = Readonly<Omit<AssetSums, 'add'>>;

/** The part of a cost of `minutes` that so many minutes of sampling are. */
export function sampledPart(cost: number, minutes: number, sampling: number): number {
  return sampling === 0 ? 0 : Math.abs(cost) * Math.min(1, sampling / Math.max(minutes, sampling));
}

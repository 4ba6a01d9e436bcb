import { type Approx, approx } from '../../costs/approximation.ts';
import { Precision } from '../../costs/precision.ts';
import { type AllocationRow, type InvalidField, isSynthetic } from '../../costs/rows.ts';
import { Sum } from '../../costs/sum.ts';
import { sampledPart } from './asset-sums.ts';
import type { Resource } from './node-price.ts';

/** What the allocations on a node add up to, of one resource. */
class Use {
  readonly hours = new Sum();
  readonly cost = new Sum();
  readonly adjustment = new Sum();
  rows = 0;

  add(cost: number, adjustment: number, hours: number): void {
    if (cost === 0 && adjustment === 0 && hours === 0) return;
    this.hours.add(hours);
    this.cost.add(cost);
    if (adjustment !== 0) this.adjustment.add(adjustment);
    this.rows++;
  }
}

/** The same as numbers with their errors. */
export interface Used {
  readonly hours: Approx;
  /** Adjustment included. */
  readonly cost: Approx;
  readonly adjustment: number;
}

export type NodeUse = Readonly<Record<Resource, Used>>;

/** What the allocations of a cluster add up to, beside what its nodes cost. */
export interface ClusterUse {
  readonly volumes: Approx;
  readonly loadBalancers: Approx;
  readonly network: number;
  /** The part of the volumes that no pod had mounted. */
  readonly unmounted: number;
}

class ClusterSums {
  readonly volumes = new Sum();
  readonly loadBalancers = new Sum();
  readonly network = new Sum();
  readonly unmounted = new Sum();
  readonly sampledVolumes = new Sum();
  readonly sampledBalancers = new Sum();
  mounts = 0;
  balanced = 0;
}

interface NodeSums extends Readonly<Record<Resource, Use>> {
  readonly cluster: string;
  readonly node: string;
}

/** What is kept of the allocations of a window: their sums by node and cluster. */
export class AllocationSums {
  readonly precision = new Precision(5);
  rows = 0;
  /** The first fields found that are no numbers. */
  readonly lacks: { readonly row: string; readonly lack: InvalidField }[] = [];
  /** The first row that has CPU, GPU or RAM and does not say on which node. */
  unplaced: string | null = null;
  readonly #adjusted: boolean;
  readonly #sampling: number;
  readonly #nodes = new Map<string, NodeSums>();
  readonly #clusters = new Map<string, ClusterSums>();
  #lastNode: NodeSums | null = null;

  /**
   * @param adjusted whether adjustments of 0 may stand for what rounding took away
   * @param sampling minutes of a volume's or load balancer's cost that sampling may lose
   */
  constructor({ adjusted, sampling }: { adjusted: boolean; sampling: number }) {
    this.#adjusted = adjusted;
    this.#sampling = sampling;
  }

  add(row: AllocationRow): void {
    this.rows++;
    const { precision } = this;
    precision.see(row.totalCost);
    precision.see(row.cpuCost);
    precision.see(row.ramCost);
    for (const lack of row.lacks) {
      if (this.lacks.length < 10) this.lacks.push({ row: row.name, lack });
    }
    const unmounted = isSynthetic(row.name);
    this.#addToCluster(row, unmounted);
    if (unmounted) return;
    if (row.node !== '') this.#addToNode(row);
    else if (this.unplaced === null && usesNode(row)) this.unplaced = row.name;
  }

  #addToNode(row: AllocationRow): void {
    const sums = this.#sumsOf(row);
    sums.CPU.add(row.cpuCost, row.cpuCostAdjustment, row.cpuCoreHours);
    sums.GPU.add(row.gpuCost, row.gpuCostAdjustment, row.gpuHours);
    sums.RAM.add(row.ramCost, row.ramCostAdjustment, row.ramByteHours);
  }

  /** Rows of one node follow each other in most answers. */
  #sumsOf({ cluster, node }: AllocationRow): NodeSums {
    const last = this.#lastNode;
    if (last && last.node === node && last.cluster === cluster) return last;
    const key = `${cluster}/${node}`;
    let sums = this.#nodes.get(key);
    if (!sums) {
      sums = { cluster, node, CPU: new Use(), GPU: new Use(), RAM: new Use() };
      this.#nodes.set(key, sums);
    }
    this.#lastNode = sums;
    return sums;
  }

  #addToCluster(row: AllocationRow, unmounted: boolean): void {
    let sums = this.#clusters.get(row.cluster);
    if (!sums) {
      sums = new ClusterSums();
      this.#clusters.set(row.cluster, sums);
    }
    const volumes = row.pvCost + row.pvCostAdjustment;
    const balancers = row.loadBalancerCost + row.loadBalancerCostAdjustment;
    if (volumes !== 0 || row.pvByteHours !== 0) sums.mounts++;
    if (balancers !== 0 || row.balanced) sums.balanced++;
    if (volumes !== 0) {
      sums.volumes.add(volumes);
      sums.sampledVolumes.add(sampledPart(volumes, row.minutes, this.#sampling));
      if (unmounted) sums.unmounted.add(volumes);
    }
    if (balancers !== 0) {
      sums.loadBalancers.add(balancers);
      sums.sampledBalancers.add(sampledPart(balancers, row.minutes, this.#sampling));
    }
    const network = row.networkCost + row.networkCostAdjustment;
    if (network !== 0) sums.network.add(network);
  }

  get nodeNames(): IterableIterator<string> {
    return this.#nodes.keys();
  }

  /** Cluster and name of every node. */
  *nodes(): Generator<readonly [string, string]> {
    for (const { cluster, node } of this.#nodes.values()) yield [cluster, node];
  }

  get clusterNames(): IterableIterator<string> {
    return this.#clusters.keys();
  }

  /** What is on a node, by `cluster/node`; undefined where no allocation is on it. */
  node(key: string): NodeUse | undefined {
    const sums = this.#nodes.get(key);
    if (!sums) return undefined;
    return { CPU: this.#used(sums.CPU), GPU: this.#used(sums.GPU), RAM: this.#used(sums.RAM) };
  }

  #used({ hours, cost, adjustment, rows }: Use): Used {
    const { half } = this.precision;
    return {
      hours: approx(hours.value, rows * half),
      cost: approx(cost.value + adjustment.value, rows * half * (this.#adjusted ? 2 : 1)),
      adjustment: adjustment.value,
    };
  }

  cluster(name: string): ClusterUse | undefined {
    const sums = this.#clusters.get(name);
    if (!sums) return undefined;
    const half = this.precision.half * (this.#adjusted ? 2 : 1);
    return {
      volumes: approx(sums.volumes.value, sums.mounts * half + sums.sampledVolumes.value),
      loadBalancers: approx(
        sums.loadBalancers.value,
        sums.balanced * half + sums.sampledBalancers.value,
      ),
      network: sums.network.value,
      unmounted: sums.unmounted.value,
    };
  }
}

function usesNode(row: AllocationRow): boolean {
  const { cpuCost, gpuCost, ramCost, cpuCoreHours, gpuHours, ramByteHours } = row;
  return [cpuCost, gpuCost, ramCost, cpuCoreHours, gpuHours, ramByteHours].some((n) => n !== 0);
}

import { type Approx, approx } from '../../costs/approximation.ts';
import { errorOf, type Rounding } from '../../costs/rounding.ts';
import { type AllocationRow, isResidue, isSynthetic } from '../../costs/rows.ts';
import { Sum } from '../../costs/sum.ts';
import { sampledPart } from './asset-sums.ts';
import type { Resource } from './node-price.ts';

/** What the allocations on a node add up to, of one resource. */
class ResourceSums {
  readonly hours = new Sum();
  readonly cost = new Sum();
  readonly adjustment = new Sum();
  hourUnits = 0;
  costUnits = 0;
  largest: Container | null = null;
}

/** A container with what it holds of one resource. */
export interface Container {
  /** `namespace/pod/container` */
  readonly name: string;
  readonly cost: number;
  /** Hours per hour: cores, GPUs or bytes. */
  readonly size: number;
  readonly minutes: number;
}

/** Of shorter runs the sampling decides how much they seem to hold. */
const minMinutes = 5;

/** The same as amounts with their errors. */
export interface ResourceUse {
  /** Core-hours, GPU-hours or byte-hours. */
  readonly hours: Approx;
  /** Adjustment included. */
  readonly cost: Approx;
  readonly adjustment: number;
  /** The container that holds most at a time; null where none runs for more than a few minutes. */
  readonly largest: Container | null;
}

export type NodeUse = Readonly<Record<Resource, ResourceUse>>;

/** From the first start to the last end of what runs on a node, in milliseconds since 1970. */
export interface Lifetime {
  readonly start: number;
  readonly end: number;
}

/** What the allocations of a cluster add up to, besides the cost of its nodes. */
export interface ClusterUse {
  readonly volumes: Approx;
  readonly loadBalancers: Approx;
  readonly network: number;
  /** The part of the volumes that no pod had mounted. */
  readonly unmounted: number;
  /** Rows of containers that ran for more than a few minutes or cost something. */
  readonly workloads: number;
  /** The cost of all rows. */
  readonly total: number;
}

class ClusterSums {
  readonly volumes = new Sum();
  readonly loadBalancers = new Sum();
  readonly network = new Sum();
  readonly unmounted = new Sum();
  readonly total = new Sum();
  readonly sampledVolumes = new Sum();
  readonly sampledBalancers = new Sum();
  volumeUnits = 0;
  balancerUnits = 0;
  workloads = 0;
}

interface NodeSums extends Readonly<Record<Resource, ResourceSums>> {
  readonly cluster: string;
  readonly node: string;
  start: number;
  end: number;
}

interface AllocationSumOptions {
  readonly rounding: Rounding;
  /** Whether an adjustment that is printed as 0 may be one that rounding took away. */
  readonly adjusted: boolean;
  /** Minutes of a volume's or load balancer's cost that sampling may lose. */
  readonly sampling: number;
}

/** Sums of the allocations of a window, by node and by cluster. */
export class AllocationSums {
  rows = 0;
  /** Rows of containers that are no residue; 0: nothing ran. */
  workloads = 0;
  /** The first row that uses CPU, GPU or RAM and names no node. */
  rowWithoutNode: string | null = null;
  /** Rows with a cost and no cluster. */
  readonly withoutCluster = { rows: 0, cost: new Sum() };
  readonly #options: AllocationSumOptions;
  readonly #nodes = new Map<string, NodeSums>();
  readonly #clusters = new Map<string, ClusterSums>();
  #lastNode: NodeSums | null = null;

  constructor(options: AllocationSumOptions) {
    this.#options = options;
  }

  add(row: AllocationRow): void {
    this.rows++;
    const synthetic = isSynthetic(row.name);
    const isWorkload = !synthetic && !isResidue(row);
    if (isWorkload) this.workloads++;
    this.#addToCluster(row, synthetic, isWorkload);
    if (synthetic) return;
    if (row.node !== '') this.#addToNode(row, isWorkload);
    else if (this.rowWithoutNode === null && usesNode(row)) this.rowWithoutNode = row.name;
  }

  #addToNode(row: AllocationRow, isWorkload: boolean): void {
    const sums = this.#sumsOf(row);
    const { cpuCost, cpuCostAdjustment, cpuCoreHours } = row;
    this.#addResource(sums.CPU, cpuCost, cpuCostAdjustment, cpuCoreHours);
    // core-hours of a few seconds print as 0, and so does what they cost
    if (cpuCoreHours === 0 && row.ramByteHours !== 0) this.#addRounded(sums.CPU);
    this.#addResource(sums.GPU, row.gpuCost, row.gpuCostAdjustment, row.gpuHours);
    this.#addResource(sums.RAM, row.ramCost, row.ramCostAdjustment, row.ramByteHours);
    if (!isWorkload) return;
    if (row.minutes > minMinutes) {
      keepLargest(sums.CPU, row, row.cpuCoreHours, row.cpuCost + row.cpuCostAdjustment);
      keepLargest(sums.RAM, row, row.ramByteHours, row.ramCost + row.ramCostAdjustment);
    }
    if (row.start < sums.start) sums.start = row.start;
    if (row.end > sums.end) sums.end = row.end;
  }

  #addResource(sums: ResourceSums, cost: number, adjustment: number, hours: number): void {
    if (cost === 0 && adjustment === 0 && hours === 0) return;
    const { rounding, adjusted } = this.#options;
    sums.hours.add(hours);
    sums.cost.add(cost);
    sums.hourUnits += rounding.units(hours);
    sums.costUnits += rounding.units(cost);
    if (adjustment !== 0) sums.adjustment.add(adjustment);
    if (adjusted) sums.costUnits += rounding.units(adjustment);
  }

  #addRounded(sums: ResourceSums): void {
    const units = this.#options.rounding.units(0);
    sums.hourUnits += units;
    sums.costUnits += units;
  }

  /** Rows of one node follow each other in most responses. */
  #sumsOf({ cluster, node }: AllocationRow): NodeSums {
    const last = this.#lastNode;
    if (last && last.node === node && last.cluster === cluster) return last;
    const key = `${cluster}/${node}`;
    let sums = this.#nodes.get(key);
    if (!sums) {
      sums = {
        cluster,
        node,
        CPU: new ResourceSums(),
        GPU: new ResourceSums(),
        RAM: new ResourceSums(),
        start: Number.POSITIVE_INFINITY,
        end: Number.NEGATIVE_INFINITY,
      };
      this.#nodes.set(key, sums);
    }
    this.#lastNode = sums;
    return sums;
  }

  #addToCluster(row: AllocationRow, synthetic: boolean, isWorkload: boolean): void {
    let sums = this.#clusters.get(row.cluster);
    if (!sums) {
      sums = new ClusterSums();
      this.#clusters.set(row.cluster, sums);
    }
    const { rounding, adjusted, sampling } = this.#options;
    if (isWorkload) sums.workloads++;
    sums.total.add(row.totalCost);
    if (row.cluster === '' && row.totalCost !== 0) {
      this.withoutCluster.rows++;
      this.withoutCluster.cost.add(row.totalCost);
    }
    const volumes = row.pvCost + row.pvCostAdjustment;
    const balancers = row.loadBalancerCost + row.loadBalancerCostAdjustment;
    if (volumes !== 0 || row.pvByteHours !== 0) {
      sums.volumeUnits += rounding.units(row.pvCost);
      if (adjusted) sums.volumeUnits += rounding.units(row.pvCostAdjustment);
    }
    if (balancers !== 0 || row.hasLoadBalancer) {
      sums.balancerUnits += rounding.units(row.loadBalancerCost);
      if (adjusted) sums.balancerUnits += rounding.units(row.loadBalancerCostAdjustment);
    }
    if (volumes !== 0) {
      sums.volumes.add(volumes);
      sums.sampledVolumes.add(sampledPart(volumes, row.minutes, sampling));
      if (synthetic) sums.unmounted.add(volumes);
    }
    if (balancers !== 0) {
      sums.loadBalancers.add(balancers);
      sums.sampledBalancers.add(sampledPart(balancers, row.minutes, sampling));
    }
    const network = row.networkCost + row.networkCostAdjustment;
    if (network !== 0) sums.network.add(network);
  }

  /** `cluster/node` of every node. */
  get nodeNames(): IterableIterator<string> {
    return this.#nodes.keys();
  }

  /** Cluster and name of every node. */
  *nodes(): Generator<readonly [cluster: string, node: string]> {
    for (const { cluster, node } of this.#nodes.values()) yield [cluster, node];
  }

  get clusterNames(): IterableIterator<string> {
    return this.#clusters.keys();
  }

  /** What is allocated on a node, by `cluster/node`; undefined where nothing is. */
  node(key: string): NodeUse | undefined {
    const sums = this.#nodes.get(key);
    if (!sums) return undefined;
    return { CPU: useOf(sums.CPU), GPU: useOf(sums.GPU), RAM: useOf(sums.RAM) };
  }

  /** When a node was used, by `cluster/node`; null where only residue is on it. */
  lifetime(key: string): Lifetime | null {
    const sums = this.#nodes.get(key);
    return sums && sums.end >= sums.start ? { start: sums.start, end: sums.end } : null;
  }

  /** What is allocated in a cluster; undefined where nothing is. */
  cluster(name: string): ClusterUse | undefined {
    const sums = this.#clusters.get(name);
    if (!sums) return undefined;
    return {
      volumes: approx(sums.volumes.value, errorOf(sums.volumeUnits) + sums.sampledVolumes.value),
      loadBalancers: approx(
        sums.loadBalancers.value,
        errorOf(sums.balancerUnits) + sums.sampledBalancers.value,
      ),
      network: sums.network.value,
      unmounted: sums.unmounted.value,
      workloads: sums.workloads,
      total: sums.total.value,
    };
  }
}

function keepLargest(sums: ResourceSums, row: AllocationRow, hours: number, cost: number): void {
  const size = (hours * 60) / row.minutes;
  if (!(size > (sums.largest?.size ?? 0))) return;
  const name = `${row.namespace}/${row.pod}/${row.container}`;
  sums.largest = { name, cost, size, minutes: row.minutes };
}

function useOf(sums: ResourceSums): ResourceUse {
  const { hours, cost, adjustment, hourUnits, costUnits, largest } = sums;
  return {
    hours: approx(hours.value, errorOf(hourUnits)),
    cost: approx(cost.value + adjustment.value, errorOf(costUnits)),
    adjustment: adjustment.value,
    largest,
  };
}

function usesNode(row: AllocationRow): boolean {
  const { cpuCost, gpuCost, ramCost, cpuCoreHours, gpuHours, ramByteHours } = row;
  return [cpuCost, gpuCost, ramCost, cpuCoreHours, gpuHours, ramByteHours].some((n) => n !== 0);
}

/** What an audit may read of the sums. */
export type AllocationTotals = Readonly<Omit<AllocationSums, 'add'>>;

import { type AllocationRow, isIdle, isResidue, isSynthetic } from '../../../costs/rows.ts';
import { Sum } from '../../../costs/sum.ts';
import type {
  ContainerRow,
  InvalidRow,
  LargestContainer,
  NodeUse,
  PerResource,
  ResourceName,
  RowCount,
} from './evidence.ts';
import { VolumeSums } from './volume-sums.ts';

/** Rows that cannot be read are named up to this number; the audits count all of them. */
const maxInvalidRows = 100;

type ResourceSums = Readonly<Record<ResourceName, Sum>>;

function resourceSums(): ResourceSums {
  return { CPU: new Sum(), GPU: new Sum(), RAM: new Sum() };
}

function amountsOf({ CPU, GPU, RAM }: ResourceSums): PerResource {
  return { CPU: CPU.value, GPU: GPU.value, RAM: RAM.value };
}

class NodeSums {
  rows = 0;
  readonly hours = resourceSums();
  readonly costs = resourceSums();
  readonly adjustments = resourceSums();
  start = Number.POSITIVE_INFINITY;
  end = Number.NEGATIVE_INFINITY;
  readonly providerIDs = new Set<string>();
  readonly largest: Partial<Record<ResourceName, LargestContainer>> = {};
  readonly cluster: string;
  readonly name: string;

  constructor(cluster: string, name: string) {
    this.cluster = cluster;
    this.name = name;
  }

  add(row: AllocationRow, providerID: string): void {
    this.rows++;
    this.#addResource('CPU', row, row.cpuCoreHours, row.cpuCost, row.cpuCostAdjustment);
    this.#addResource('GPU', row, row.gpuHours, row.gpuCost, row.gpuCostAdjustment);
    this.#addResource('RAM', row, row.ramByteHours, row.ramCost, row.ramCostAdjustment);
    if (row.start < this.start) this.start = row.start;
    if (row.end > this.end) this.end = row.end;
    if (providerID !== '') this.providerIDs.add(providerID);
  }

  #addResource(...[resource, row, hours, cost, adjustment]: ResourceAmounts): void {
    this.hours[resource].add(hours);
    this.costs[resource].add(cost + adjustment);
    this.adjustments[resource].add(adjustment);
    const largest = this.largest[resource];
    if (!(hours > 0) || (largest && hours < largest.hours)) return;
    const name = `${row.namespace}/${row.pod}/${row.container}`;
    if (largest && hours === largest.hours && name > largest.name) return;
    this.largest[resource] = { name, hours, cost: cost + adjustment };
  }

  get use(): NodeUse {
    const { cluster, name, rows, start, end, largest } = this;
    return {
      cluster,
      name,
      rows,
      hours: amountsOf(this.hours),
      costs: amountsOf(this.costs),
      adjustments: amountsOf(this.adjustments),
      start,
      end,
      providerIDs: [...this.providerIDs].sort(),
      largest,
    };
  }
}

type ResourceAmounts = readonly [
  resource: ResourceName,
  row: AllocationRow,
  hours: number,
  cost: number,
  adjustment: number,
];

export interface ClusterUse {
  readonly workloads: Sum;
  rows: number;
  readonly network: Sum;
  readonly networkAdjustment: Sum;
}

/** What one attempt at the allocations of a window says about nodes, volumes and single rows. */
export class AllocationEvidence {
  readonly count = { rows: 0, residue: 0, synthetic: 0 } satisfies RowCount;
  readonly volumes = new VolumeSums();
  readonly invalid: InvalidRow[] = [];
  readonly clusters = new Map<string, ClusterUse>();
  readonly withoutCluster = { rows: 0, cost: new Sum(), first: '' };
  readonly #nodes = new Map<string, NodeSums>();
  readonly #containers: Omit<ContainerRow, 'peer'>[] = [];
  /** Pods of DaemonSets by controller and node, where a container is suspected. */
  readonly #daemons = new Map<string, string>();
  readonly #suspects: ReadonlySet<string>;

  /** @param suspects containers whose rows are kept, as namespace/pod/container */
  constructor(suspects: ReadonlySet<string>) {
    this.#suspects = suspects;
  }

  add(row: AllocationRow): void {
    this.count.rows++;
    if (isIdle(row.name)) {
      this.count.synthetic++;
      return;
    }
    if (row.invalidFields.length > 0 && this.invalid.length < maxInvalidRows) {
      this.invalid.push(invalidRow(row));
    }
    const detail = row.detail();
    this.volumes.add(row, detail);
    this.#addToCluster(row);
    if (isSynthetic(row.name)) this.count.synthetic++;
    else if (isResidue(row)) this.count.residue++;
    else this.#addWorkload(row, detail?.providerID ?? '');
  }

  #addToCluster(row: AllocationRow): void {
    if (row.cluster === '' && row.totalCost !== 0) {
      const { withoutCluster } = this;
      if (withoutCluster.rows++ === 0 || row.name < withoutCluster.first)
        withoutCluster.first = row.name;
      withoutCluster.cost.add(row.totalCost);
    }
    let sums = this.clusters.get(row.cluster);
    if (!sums) {
      sums = { workloads: new Sum(), rows: 0, network: new Sum(), networkAdjustment: new Sum() };
      this.clusters.set(row.cluster, sums);
    }
    sums.workloads.add(row.totalCost);
    if (!isSynthetic(row.name) && !isResidue(row)) sums.rows++;
    sums.network.add(row.networkCost + row.networkCostAdjustment);
    sums.networkAdjustment.add(row.networkCostAdjustment);
  }

  #addWorkload(row: AllocationRow, providerID: string): void {
    if (row.node !== '') {
      const key = `${row.cluster}/${row.node}`;
      let node = this.#nodes.get(key);
      if (!node) {
        node = new NodeSums(row.cluster, row.node);
        this.#nodes.set(key, node);
      }
      node.add(row, providerID);
    }
    if (this.#suspects.size === 0) return;
    if (this.#suspects.has(`${row.namespace}/${row.pod}/${row.container}`)) {
      this.#containers.push(containerRow(row));
    } else if (row.controllerKind === 'daemonset') this.#addDaemon(daemonKey(row), row.pod);
  }

  #addDaemon(key: string, pod: string): void {
    const known = this.#daemons.get(key);
    if (known === undefined || pod < known) this.#daemons.set(key, pod);
  }

  get use(): NodeUse[] {
    return [...this.#nodes.values()].map((node) => node.use);
  }

  get containers(): ContainerRow[] {
    return this.#containers.map((row) => {
      const pod = this.#daemons.get(daemonKey(row));
      return { ...row, peer: pod !== undefined && pod !== row.pod ? pod : null };
    });
  }
}

function daemonKey(
  row: Pick<ContainerRow, 'cluster' | 'node' | 'namespace' | 'controller'>,
): string {
  return `${row.cluster}/${row.node}/${row.namespace}/${row.controller}`;
}

function hoursOf(row: AllocationRow): PerResource {
  return { CPU: row.cpuCoreHours, GPU: row.gpuHours, RAM: row.ramByteHours };
}

function invalidRow(row: AllocationRow): InvalidRow {
  return {
    row: row.name,
    store: 'allocations',
    fields: row.invalidFields.map(({ field }) => field),
    missing: row.invalidFields.every(({ what }) => what === 'missing'),
    cluster: row.cluster,
    node: row.node,
    hours: hoursOf(row),
  };
}

function containerRow(row: AllocationRow): Omit<ContainerRow, 'peer'> {
  const { name, cluster, node, namespace, pod, container, controller, controllerKind } = row;
  return {
    row: name,
    cluster,
    node,
    namespace,
    pod,
    container,
    controller,
    controllerKind,
    start: row.start,
    end: row.end,
    cost: row.totalCost,
    hours: hoursOf(row),
  };
}

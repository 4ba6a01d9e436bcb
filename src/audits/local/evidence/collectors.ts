import type { CostRequest } from '../../../costs/requests.ts';
import type { RowSink } from '../../../costs/responses.ts';
import { type AllocationRow, isResidue, isSynthetic } from '../../../costs/rows.ts';
import { Sum } from '../../../costs/sum.ts';
import type { Span } from '../../../time.ts';
import type { RowCollector } from '../audit-window.ts';
import { AllocationEvidence } from './allocation-evidence.ts';
import { AssetEvidence } from './asset-evidence.ts';
import type {
  AnswerFact,
  ClusterFacts,
  NodeCost,
  RowCount,
  UnplacedRows,
  WindowEvidence,
  WindowSummary,
} from './evidence.ts';

/** Only rows of one cluster; null: of all. */
type ClusterFilter = string | null;

function isOfCluster(row: AllocationRow, cluster: ClusterFilter): boolean {
  return (
    cluster === null ||
    row.cluster === cluster ||
    (row.cluster === '' && row.name.startsWith(`${cluster}/`))
  );
}

/** Evidence of one window that is read again: everything about its objects, names included. */
export class EvidenceCollector implements RowCollector {
  readonly #span: Span;
  readonly #cluster: ClusterFilter;
  readonly #suspects: ReadonlySet<string>;
  #allocations = new AllocationEvidence(new Set());
  #assets = new AssetEvidence();

  /** @param suspects containers that an audit named, as namespace/pod/container */
  constructor(span: Span, cluster: ClusterFilter, suspects: ReadonlySet<string>) {
    this.#span = span;
    this.#cluster = cluster;
    this.#suspects = suspects;
  }

  sink(request: CostRequest): RowSink | null {
    const cluster = this.#cluster;
    if (request === 'allocations') {
      const evidence = new AllocationEvidence(this.#suspects);
      this.#allocations = evidence;
      return {
        detailed: true,
        allocation: (row) => {
          if (isOfCluster(row, cluster)) evidence.add(row);
        },
      };
    }
    if (request !== 'assets') return null;
    const evidence = new AssetEvidence();
    this.#assets = evidence;
    return {
      detailed: true,
      asset: (row) => {
        if (cluster === null || row.identity.cluster === cluster) evidence.add(row);
      },
    };
  }

  /** @param answers what became of the requests of the window */
  evidence(answers: readonly AnswerFact[]): WindowEvidence {
    const [allocations, assets] = [this.#allocations, this.#assets];
    return {
      start: this.#span.start,
      end: this.#span.end,
      answers,
      allocations: allocations.count,
      assets: assets.count,
      nodes: sorted(assets.nodes),
      use: sorted(allocations.use),
      disks: sorted(assets.disks),
      volumes: sortedOrNull(allocations.volumes.volumes),
      loadBalancers: sorted(assets.loadBalancers),
      balanced: sortedOrNull(allocations.volumes.balanced),
      clusters: sorted(clusterFacts(allocations, assets)),
      containers: sorted(allocations.containers),
      invalid: sorted([...assets.invalid, ...allocations.invalid]),
      unplaced: unplacedRows(allocations, assets),
    };
  }
}

/** Facts in an order that does not depend on the order of the rows. */
function sorted<T extends object>(facts: readonly T[]): T[] {
  const keyed = facts.map((fact) => [JSON.stringify(fact), fact] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, fact]) => fact);
}

function sortedOrNull<T extends object>(facts: readonly T[] | null): T[] | null {
  return facts === null ? null : sorted(facts);
}

function clusterFacts(allocations: AllocationEvidence, assets: AssetEvidence): ClusterFacts[] {
  const names = new Set([...allocations.clusters.keys(), ...assets.clusters.keys()]);
  names.delete('');
  return [...names].map((name) => {
    const use = allocations.clusters.get(name);
    const paid = assets.clusters.get(name);
    return {
      name,
      assets: paid?.assets.value ?? 0,
      assetRows: paid?.rows ?? 0,
      workloads: use?.workloads.value ?? 0,
      workloadRows: use?.rows ?? 0,
      network: use?.network.value ?? 0,
      networkAdjustment: {
        allocations: use?.networkAdjustment.value ?? 0,
        assets: paid?.networkAdjustment.value ?? 0,
      },
      networkAssets: paid?.network.value ?? 0,
    };
  });
}

function unplacedRows(allocations: AllocationEvidence, assets: AssetEvidence): UnplacedRows[] {
  return [
    { store: 'allocations' as const, ...allocations.withoutCluster },
    { store: 'assets' as const, ...assets.withoutCluster },
  ]
    .filter(({ rows }) => rows > 0)
    .map((unplaced) => ({ ...unplaced, cost: unplaced.cost.value, property: 'cluster' as const }));
}

const noRows: RowCount = { rows: 0, residue: 0, synthetic: 0 };

const noObjects = {
  nodes: [],
  use: [],
  disks: [],
  volumes: null,
  loadBalancers: [],
  balanced: null,
  clusters: [],
  containers: [],
  invalid: [],
  unplaced: [],
} satisfies Partial<WindowEvidence>;

function sumOf(sums: Map<string, Sum>, key: string): Sum {
  let sum = sums.get(key);
  if (!sum) {
    sum = new Sum();
    sums.set(key, sum);
  }
  return sum;
}

/** What every window costs, by cluster and node: what a window without data is estimated from. */
export class SummaryCollector implements RowCollector {
  readonly #span: Span;
  readonly #cluster: ClusterFilter;
  #assets = new Map<string, Sum>();
  #workloads = new Map<string, Sum>();
  #nodes = new Map<string, NodeCost>();
  #allocationRows: RowCount = noRows;
  #assetRows: RowCount = noRows;

  constructor(span: Span, cluster: ClusterFilter) {
    this.#span = span;
    this.#cluster = cluster;
  }

  sink(request: CostRequest): RowSink | null {
    if (request === 'allocations') return this.#allocationSink();
    return request === 'assets' ? this.#assetSink() : null;
  }

  #allocationSink(): RowSink {
    const workloads = new Map<string, Sum>();
    const count = { ...noRows };
    this.#workloads = workloads;
    this.#allocationRows = count;
    const cluster = this.#cluster;
    let lastCluster: string | null = null;
    let sum = new Sum();
    return {
      allocation(row) {
        if (!isOfCluster(row, cluster)) return;
        count.rows++;
        if (isSynthetic(row.name)) {
          count.synthetic++;
          return;
        }
        if (isResidue(row)) count.residue++;
        // rows of one cluster follow each other
        if (row.cluster !== lastCluster) {
          lastCluster = row.cluster;
          sum = sumOf(workloads, lastCluster);
        }
        sum.add(row.totalCost);
      },
    };
  }

  #assetSink(): RowSink {
    const assets = new Map<string, Sum>();
    const nodes = new Map<string, NodeCost>();
    const count = { ...noRows };
    this.#assetRows = count;
    this.#assets = assets;
    this.#nodes = nodes;
    const filter = this.#cluster;
    return {
      asset(row) {
        const { type, totalCost: cost, minutes } = row;
        const { cluster, name, providerID } = row.identity;
        if (filter !== null && cluster !== filter) return;
        count.rows++;
        if (isResidue(row)) count.residue++;
        if (type === 'Cloud' || type === 'Shared') return;
        sumOf(assets, cluster).add(cost);
        if (type !== 'Node' || !(cost > 0)) return;
        const key = `${cluster}/${name}`;
        const known = nodes.get(key);
        const isShorter =
          known &&
          (minutes < known.minutes || (minutes === known.minutes && providerID > known.providerID));
        if (!isShorter) nodes.set(key, { providerID, cost, minutes });
      },
    };
  }

  get summary(): WindowSummary {
    const names = new Set([...this.#assets.keys(), ...this.#workloads.keys()]);
    names.delete('');
    const clusters = new Map(
      [...names].sort().map((name) => [
        name,
        {
          assets: this.#assets.get(name)?.value ?? 0,
          workloads: this.#workloads.get(name)?.value ?? 0,
        },
      ]),
    );
    return { start: this.#span.start, end: this.#span.end, clusters, nodes: this.#nodes };
  }

  /** What is known of a window that was not read again. */
  evidence(answers: readonly AnswerFact[]): WindowEvidence {
    return {
      ...noObjects,
      start: this.#span.start,
      end: this.#span.end,
      answers,
      allocations: this.#allocationRows,
      assets: this.#assetRows,
    };
  }
}

import type { CostRequest } from '../../../costs/requests.ts';
import type { RowSink } from '../../../costs/responses.ts';
import { isResidue, isSynthetic } from '../../../costs/rows.ts';
import { Sum } from '../../../costs/sum.ts';
import type { Span } from '../../../time.ts';
import type { RowCollector } from '../audit-window.ts';
import { type ClusterFilter, isOfCluster } from './cluster-filter.ts';
import type { AnswerFact, NodeCost, RowCount, WindowEvidence, WindowSummary } from './evidence.ts';

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

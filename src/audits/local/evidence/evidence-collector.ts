import type { CostRequest } from '../../../costs/requests.ts';
import type { RowSink } from '../../../costs/responses.ts';
import type { Span } from '../../../time.ts';
import type { RowCollector } from '../audit-window.ts';
import { AllocationEvidence } from './allocation-evidence.ts';
import { AssetEvidence } from './asset-evidence.ts';
import { type ClusterFilter, isOfCluster } from './cluster-filter.ts';
import type { AnswerFact, ClusterFacts, UnplacedRows, WindowEvidence } from './evidence.ts';

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

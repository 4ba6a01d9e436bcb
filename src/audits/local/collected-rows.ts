import { Components, copyCosts, noPrintedCosts } from '../../costs/components.ts';
import { allocationKey, assetKey, billKey } from '../../costs/keys.ts';
import { type AuditScope, type CostRequest, propertyOf } from '../../costs/requests.ts';
import type { RowSink } from '../../costs/responses.ts';
import { Rounding } from '../../costs/rounding.ts';
import type { AllocationRow, AssetRow, PrintedCosts } from '../../costs/rows.ts';
import { AllocationSums } from './allocation-sums.ts';
import { AssetSums } from './asset-sums.ts';
import type { RowCheck } from './audit.ts';
import { GroupedRows } from './grouped-rows.ts';
import { KeyedSums } from './keyed-sums.ts';
import { RowAmounts } from './row-amounts.ts';

interface CollectOptions {
  readonly scope: AuditScope;
  readonly requests: readonly CostRequest[];
  /** Hashes of rows to be named, from an earlier look at the same window. */
  readonly suspects: ReadonlySet<number>;
  /** Whether amounts were never printed, and so have no rounding error. */
  readonly exact: boolean;
}

/** Row checks of one attempt at the two unaggregated responses. */
export interface RowChecks {
  readonly allocations: readonly RowCheck<AllocationRow>[];
  readonly assets: readonly RowCheck<AssetRow>[];
}

/** What is kept of the rows of a window: sums, made while the responses arrive. */
export class CollectedRows {
  allocations: AllocationSums;
  assets: AssetSums;
  idle: GroupedRows;
  clusters: GroupedRows;
  toplineTotal: number | null = null;
  #summaryNumbers = 1;
  readonly #costs = noPrintedCosts();
  readonly #components = new Components();
  readonly bills: KeyedSums;
  readonly rowAmounts: RowAmounts;
  readonly aggregates = new Map<CostRequest, KeyedSums>();
  readonly #options: CollectOptions;
  readonly rounding: { readonly allocations: Rounding; readonly assets: Rounding };

  constructor(options: CollectOptions) {
    this.#options = options;
    const rounding = (decimals: 5 | 6) => new Rounding(options.exact ? null : decimals);
    const [allocations, assets] = [rounding(5), rounding(6)];
    this.rounding = { allocations, assets };
    this.allocations = this.#newAllocations();
    this.assets = this.#newAssets();
    this.idle = new GroupedRows(allocations);
    this.clusters = new GroupedRows(allocations);
    this.bills = new KeyedSums({ expected: new Rounding(null), actual: assets });
    this.rowAmounts = new RowAmounts(options.suspects);
    for (const request of options.requests) {
      const own = propertyOf(request, 'assets') === null ? allocations : assets;
      this.aggregates.set(request, new KeyedSums({ expected: own, actual: own }));
    }
  }

  /** A sink for one attempt at a request; whatever a broken attempt left behind is dropped. */
  sink(request: CostRequest, checks: RowChecks): RowSink {
    switch (request) {
      case 'allocations':
        return this.#allocationSink(checks.allocations);
      case 'assets':
        return this.#assetSink(checks.assets);
      case 'idle': {
        const rows = new GroupedRows(this.rounding.allocations);
        this.idle = rows;
        return { allocation: (row) => this.#isInCluster(row) && rows.add(row) };
      }
      case 'clusters': {
        const rows = new GroupedRows(this.rounding.allocations);
        this.clusters = rows;
        return { allocation: (row) => this.#isInCluster(row) && rows.add(row) };
      }
      case 'topline':
        this.toplineTotal = null;
        return {
          topline: ({ totalCost }) => {
            this.toplineTotal = totalCost;
          },
        };
      case 'bills':
        this.bills.restart('expected');
        return { bill: (row) => this.bills.add('expected', billKey(row), row.cost) };
      case 'summary':
        this.rowAmounts.restart('actual');
        return {
          summary: ({ name, totalCost, printed, costs }) => {
            if (printed > this.#summaryNumbers) this.#summaryNumbers = printed;
            if (!this.#isNameInCluster(name)) return;
            this.rowAmounts.add('actual', name, totalCost, this.#componentsOf(costs, false));
          },
        };
      default:
        return this.#aggregateSink(request);
    }
  }

  /**
   * The rounding error of one row of a response.
   *
   * @param sets in so many sets the row was printed
   */
  rowError(request: 'allocations' | 'summary', amount: number, sets: number): number {
    const numbers = sets * (request === 'summary' ? this.#summaryNumbers : 1);
    const { allocations } = this.rounding;
    // a sum does not show how its parts were printed
    return numbers === 1 ? allocations.of(amount) : numbers * allocations.of(0);
  }

  #newAllocations(): AllocationSums {
    const { scope } = this.#options;
    return new AllocationSums({
      rounding: this.rounding.allocations,
      adjusted: scope.product === 'kubecost',
      sampling: samplingMinutes(scope),
    });
  }

  #newAssets(): AssetSums {
    return new AssetSums(this.rounding.assets, samplingMinutes(this.#options.scope));
  }

  #allocationSink(checks: readonly RowCheck<AllocationRow>[]): RowSink {
    const sums = this.#newAllocations();
    this.allocations = sums;
    const keyed = this.#aggregatesOf('allocations', (property) => allocationKey(property));
    const isSummarised = this.#options.requests.includes('summary');
    if (isSummarised) this.rowAmounts.restart('expected');
    return {
      set: () => {
        for (const check of checks) check.set?.();
      },
      allocation: (row) => {
        if (!this.#isInCluster(row)) return;
        sums.add(row);
        for (const check of checks) check.row(row);
        if (keyed.length === 0 && !isSummarised) return;
        const components = this.#componentsOf(copyCosts(row, this.#costs), true);
        if (isSummarised) this.rowAmounts.add('expected', row.name, row.totalCost, components);
        for (const [key, aggregate] of keyed) {
          aggregate.add('expected', key(row), row.totalCost, components);
        }
      },
    };
  }

  #assetSink(checks: readonly RowCheck<AssetRow>[]): RowSink {
    const sums = this.#newAssets();
    this.assets = sums;
    const keyed = this.#aggregatesOf('assets', assetKey);
    const isBilled = this.#options.requests.includes('bills');
    if (isBilled) this.bills.restart('actual');
    const { cluster } = this.#options.scope;
    return {
      set: () => {
        for (const check of checks) check.set?.();
      },
      asset: (row) => {
        if (cluster !== null && row.identity.cluster !== cluster) return;
        sums.add(row);
        for (const check of checks) check.row(row);
        const components = this.#components.setAsset(row, this.rounding.assets);
        for (const [key, aggregate] of keyed) {
          aggregate.add('expected', key(row), row.totalCost, components);
        }
        if (isBilled && row.identity.providerID !== '' && row.type !== 'Shared') {
          this.bills.add('actual', billKey(row.identity), row.totalCost);
        }
      },
    };
  }

  /** The key function of every requested aggregate whose keys can be made here, with its sums. */
  #aggregatesOf<Key>(of: 'allocations' | 'assets', keyOf: (property: string) => Key | null) {
    return [...this.aggregates].flatMap(([request, aggregate]) => {
      const property = propertyOf(request, of);
      if (property === null) return [];
      aggregate.restart('expected');
      const key = keyOf(property);
      return key === null ? [] : [[key, aggregate] as const];
    });
  }

  #aggregateSink(request: CostRequest): RowSink {
    const aggregate = this.aggregates.get(request);
    if (!aggregate) return {};
    aggregate.restart('actual');
    return {
      set: () => aggregate.nextSet('actual'),
      aggregate: ({ name, totalCost, costs, asset }) => {
        // a request for one cluster has the cluster as the first part of its keys
        if (!this.#isNameInCluster(name)) return;
        const components = asset
          ? this.#components.setAsset(asset, this.rounding.assets)
          : this.#componentsOf(costs, true);
        aggregate.add('actual', name, totalCost, components);
      },
    };
  }

  /**
   * The components of a row, in one record for all rows in turn.
   *
   * @param separate whether adjustments are printed apart from the costs
   */
  #componentsOf(costs: PrintedCosts | null, separate: boolean): Components | null {
    if (costs === null) return null;
    const adjusted = separate && this.#options.scope.product === 'kubecost';
    return this.#components.set(costs, this.rounding.allocations, adjusted);
  }

  #isInCluster(row: AllocationRow): boolean {
    const { cluster } = this.#options.scope;
    return (
      cluster === null ||
      row.cluster === cluster ||
      (row.cluster === '' && this.#isNameInCluster(row.name))
    );
  }

  #isNameInCluster(name: string): boolean {
    const { cluster } = this.#options.scope;
    return cluster === null || name === cluster || name.startsWith(`${cluster}/`);
  }
}

/** Minutes of a volume or load balancer that OpenCost's sampling loses, on each side separately. */
function samplingMinutes({ product }: AuditScope): number {
  return product === 'opencost' ? 5 : 0;
}

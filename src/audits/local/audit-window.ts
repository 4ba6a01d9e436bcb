import { allocationKey, assetKey, billKey } from '../../costs/keys.ts';
import { Precision } from '../../costs/precision.ts';
import { type AuditScope, type CostRequest, propertyOf } from '../../costs/requests.ts';
import type {
  AggregateRow,
  AllocationRow,
  AssetRow,
  BillRow,
  SummaryRow,
  Topline,
} from '../../costs/rows.ts';
import { type Span, windowOf } from '../../time.ts';
import type { Audit } from '../schema.ts';
import { type AuditType, auditTypeNames } from '../types.ts';
import { AllocationSums } from './allocation-sums.ts';
import { AssetSums } from './asset-sums.ts';
import type { RowCheck } from './audit.ts';
import { hasData, hasEmptyStore } from './checks/missing-window.ts';
import { localAudits } from './checks/registry.ts';
import { Comparison, type Tolerance } from './comparison.ts';
import { Groups } from './groups.ts';
import { RowSides } from './row-sides.ts';
import { unsettled } from './settling.ts';
import { Sides } from './sides.ts';

/** Takes the rows of one answer; made anew for every try. */
export interface RowSink {
  allocation?(row: AllocationRow): void;
  asset?(row: AssetRow): void;
  aggregate?(row: AggregateRow): void;
  bill?(row: BillRow): void;
  summary?(row: SummaryRow): void;
  topline?(topline: Topline): void;
}

/** What an answer was: `none` has no set at all, `empty` a set without rows. */
export type ResponseContent = 'rows' | 'empty' | 'none';

/** Why there is no answer; `cannot`: this server knows no such question. */
export interface FailedRequest {
  readonly reason: string;
  readonly cannot: boolean;
}

export interface AuditWindowOptions {
  readonly types: readonly AuditType[];
  readonly scope: AuditScope;
  readonly tolerance: Tolerance | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly includeUnsettled: boolean;
  /** Rows to be named, from an earlier look at the same window. */
  readonly suspects?: ReadonlySet<number>;
}

/** One window under audit: which questions it has, what was kept of their answers, the verdicts. */
export class AuditWindow {
  readonly window: Span;
  readonly scope: AuditScope;
  allocations: AllocationSums;
  assets: AssetSums;
  idle = new Groups();
  clusters = new Groups();
  total: number | null = null;
  /** How many printed numbers a summary's total was made of. */
  summaryNumbers = 1;
  readonly precisions = new Map<CostRequest, Precision>();
  /** The property's amounts, computed here against the server's, by the question that asks for it. */
  readonly sides = new Map<CostRequest, Sides>();
  bills = new Sides();
  rowSides: RowSides;
  /** What an audit needed and the answers, though complete, did not have; null: nothing. */
  damage: string | null = null;
  /** Findings of {@link RowSides} that a second look should name. */
  readonly suspects = new Set<number>();
  readonly #options: AuditWindowOptions;
  readonly #watchers = new Map<
    AuditType,
    { assets?: RowCheck<AssetRow>; allocations?: RowCheck<AllocationRow> }
  >();
  readonly #answers = new Map<CostRequest, ResponseContent | FailedRequest>();
  readonly #live: readonly AuditType[];

  constructor(window: Span, options: AuditWindowOptions) {
    this.window = window;
    this.scope = options.scope;
    this.#options = options;
    this.rowSides = new RowSides(options.suspects ?? new Set());
    this.#live = auditTypeNames.filter(
      (type) => options.types.includes(type) && this.#idleReason(type) === null,
    );
    this.allocations = this.#newAllocations();
    this.assets = this.#newAssets();
    for (const question of this.questions) this.sides.set(question, new Sides());
  }

  /** What has to be asked, each question once, the heaviest first. */
  get questions(): readonly CostRequest[] {
    const asked = new Set<CostRequest>();
    for (const type of this.#live)
      for (const q of localAudits[type].requires(this.scope)) asked.add(q);
    for (const type of this.#live) {
      for (const question of localAudits[type].optional?.(this.scope) ?? []) asked.add(question);
    }
    return [...asked];
  }

  get types(): readonly AuditType[] {
    return this.#options.types;
  }

  /** Whether a store has nothing in this window; see CheckMissingWindow. */
  get isBare(): boolean {
    return hasEmptyStore(this);
  }

  get hasData(): boolean {
    return hasData(this);
  }

  /** A second look at this window, for some of its audits. */
  again(types: readonly AuditType[]): AuditWindow {
    return new AuditWindow(this.window, { ...this.#options, types, suspects: this.suspects });
  }

  /** Another window, asked only whether it has data. */
  beside(window: Span): AuditWindow {
    const types: readonly AuditType[] = ['CheckMissingWindow'];
    return new AuditWindow(window, { ...this.#options, types, includeUnsettled: true });
  }

  /** Drops all sums, once the verdicts are there; what became of the questions stays. */
  release(): void {
    this.allocations = this.#newAllocations();
    this.assets = this.#newAssets();
    this.idle = new Groups();
    this.clusters = new Groups();
    this.bills = new Sides();
    this.rowSides = new RowSides(new Set());
    this.sides.clear();
    this.#watchers.clear();
  }

  /** Begins to take an answer; whatever a broken try left behind is dropped. */
  intake(question: CostRequest): RowSink {
    const precision = new Precision(question.startsWith('asset') ? 6 : 5);
    this.precisions.set(question, precision);
    switch (question) {
      case 'allocations':
        return this.#allocationIntake();
      case 'assets':
        return this.#assetIntake();
      case 'idle':
        this.idle = new Groups();
        return { allocation: (row) => this.#inCluster(row) && this.idle.add(row) };
      case 'clusters':
        this.clusters = new Groups();
        return { allocation: (row) => this.#inCluster(row) && this.clusters.add(row) };
      case 'topline':
        return {
          topline: ({ totalCost }) => {
            this.total = totalCost;
          },
        };
      case 'bills':
        this.bills.restart('expected');
        return { bill: (row) => this.bills.add('expected', billKey(row), row.cost) };
      case 'summary':
        this.rowSides.restart('actual');
        return {
          summary: (row) => {
            precision.see(row.totalCost);
            this.summaryNumbers = Math.max(this.summaryNumbers, row.printed);
            if (this.#nameInCluster(row.name)) this.rowSides.add('actual', row.name, row.totalCost);
          },
        };
      default:
        return this.#aggregateIntake(question, precision);
    }
  }

  answered(question: CostRequest, answered: ResponseContent): void {
    this.#answers.set(question, answered);
    for (const { allocations, assets } of this.#watchers.values()) {
      if (question === 'allocations') allocations?.ended?.();
      if (question === 'assets') assets?.ended?.();
    }
  }

  unanswered(question: CostRequest, unanswered: FailedRequest): void {
    this.#answers.set(question, unanswered);
  }

  /** Says that nothing in the answers was rounded. */
  assumeExact(): void {
    const { allocations, assets, idle, clusters } = this;
    for (const { precision } of [allocations, assets, idle, clusters]) precision.assumeExact();
    for (const precision of this.precisions.values()) precision.assumeExact();
  }

  /** What became of a question; undefined where it was not asked. */
  answerTo(question: CostRequest): ResponseContent | FailedRequest | undefined {
    return this.#answers.get(question);
  }

  /** Why an answer cannot be used; null where it has rows. */
  lack(question: CostRequest): string | null {
    const answer = this.#answers.get(question);
    if (answer === 'rows') return null;
    if (answer === undefined) return `${question}: not asked`;
    if (typeof answer === 'object') return answer.reason;
    return `the server has no ${answer === 'none' ? 'set' : 'rows'} for this window (${question})`;
  }

  /** The verdicts, in the order of the types. @param lastRun when they are made, RFC 3339 */
  audits(lastRun: string): Audit[] {
    return auditTypeNames
      .filter((type) => this.#options.types.includes(type) && type !== 'CheckMissingWindow')
      .map((type) => this.#audit(type, lastRun));
  }

  /** Why an audit of this window is not even tried; null where it is. */
  #idleReason(type: AuditType): string | null {
    const audit = localAudits[type];
    const young = this.#options.includeUnsettled
      ? null
      : unsettled(this.window, audit.settling, this.scope, this.#options.now);
    return audit.unsupportedReason?.(this.scope) ?? young;
  }

  /** An audit that was not tried, with the reason. */
  skipped(type: AuditType, reason: string, lastRun: string): Audit {
    const comparison = new Comparison(null);
    comparison.unknown(reason);
    return comparison.audit(windowOf(this.window), type, lastRun, 'Failed');
  }

  #audit(type: AuditType, lastRun: string): Audit {
    const audit = localAudits[type];
    const why = this.#idleReason(type);
    if (why !== null) return this.skipped(type, why, lastRun);
    const comparison = new Comparison(this.#options.tolerance);
    const lacks = audit.requires(this.scope).map((question) => this.lack(question));
    for (const lack of lacks) if (lack !== null) comparison.unknown(lack);
    if (lacks.every((lack) => lack === null)) {
      const watchers = this.#watchers.get(type);
      watchers?.assets?.report(comparison, this.assets.precision);
      watchers?.allocations?.report(comparison, this.allocations.precision);
      audit.evaluate?.(this, comparison);
      const comparesSides = audit.evaluate !== undefined && audit.differenceStatus === 'Failed';
      if (comparesSides && comparison.isEmpty) comparison.unknown('there was nothing to compare');
    }
    this.damage ??= comparison.damage;
    return comparison.audit(windowOf(this.window), type, lastRun, audit.differenceStatus);
  }

  /** Why CheckMissingWindow is not tried here; null where it is. */
  get missingWindowSkipped(): string | null {
    return this.#idleReason('CheckMissingWindow');
  }

  #newAllocations(): AllocationSums {
    const { product } = this.scope;
    return new AllocationSums({ adjusted: product === 'kubecost', sampling: sampling(this.scope) });
  }

  #newAssets(): AssetSums {
    return new AssetSums(sampling(this.scope));
  }

  #allocationIntake(): RowSink {
    const sums = this.#newAllocations();
    this.allocations = sums;
    const watch = { ...this.window, scope: this.scope };
    const watchers = this.#live.flatMap((type) => {
      const watcher = localAudits[type].rowChecks?.allocations?.(watch);
      if (!watcher) return [];
      this.#watchers.set(type, { ...this.#watchers.get(type), allocations: watcher });
      return [watcher];
    });
    const sides = this.#sidesOf('allocations', (property) => allocationKey(property) ?? (() => ''));
    const summarised = this.questions.includes('summary');
    if (summarised) this.rowSides.restart('expected');
    return {
      allocation: (row) => {
        if (!this.#inCluster(row)) return;
        sums.add(row);
        for (const watcher of watchers) watcher.row(row);
        for (const [key, side] of sides) side.add('expected', key(row), row.totalCost);
        if (summarised) this.rowSides.add('expected', row.name, row.totalCost);
      },
    };
  }

  #assetIntake(): RowSink {
    const sums = this.#newAssets();
    this.assets = sums;
    const watch = { ...this.window, scope: this.scope };
    const watchers = this.#live.flatMap((type) => {
      const watcher = localAudits[type].rowChecks?.assets?.(watch);
      if (!watcher) return [];
      this.#watchers.set(type, { ...this.#watchers.get(type), assets: watcher });
      return [watcher];
    });
    const sides = this.#sidesOf('assets', assetKey);
    const billed = this.questions.includes('bills');
    if (billed) this.bills.restart('actual');
    return {
      asset: (row) => {
        const { cluster } = this.scope;
        if (cluster !== null && row.of.cluster !== cluster) return;
        sums.add(row);
        for (const watcher of watchers) watcher.row(row);
        for (const [key, side] of sides) side.add('expected', key(row), row.totalCost);
        const { providerID, category } = row.of;
        if (billed && providerID !== '' && row.type !== 'Shared') {
          this.bills.add('actual', billKey({ providerID, category }), row.totalCost);
        }
      },
    };
  }

  /** The key of every property that the server was asked for, with the sums under it. */
  #sidesOf<Key>(
    of: 'allocations' | 'assets',
    keyOf: (property: string) => Key,
  ): (readonly [Key, Sides])[] {
    return [...this.sides].flatMap(([question, side]) => {
      const property = propertyOf(question, of);
      if (property === null) return [];
      side.restart('expected');
      return [[keyOf(property), side] as const];
    });
  }

  #aggregateIntake(question: CostRequest, precision: Precision): RowSink {
    const sides = this.sides.get(question) ?? new Sides();
    sides.restart('actual');
    return {
      aggregate: ({ name, totalCost }) => {
        precision.see(totalCost);
        if (this.#keyInCluster(question, name)) sides.add('actual', name, totalCost);
      },
    };
  }

  #inCluster(row: AllocationRow): boolean {
    const { cluster } = this.scope;
    return (
      cluster === null ||
      row.cluster === cluster ||
      (row.cluster === '' && this.#nameInCluster(row.name))
    );
  }

  #nameInCluster(name: string): boolean {
    const { cluster } = this.scope;
    return cluster === null || name === cluster || name.startsWith(`${cluster}/`);
  }

  /** Questions for one cluster have the cluster as the first part of their keys. */
  #keyInCluster(question: CostRequest, key: string): boolean {
    const { cluster } = this.scope;
    return cluster === null || question === 'topline' || this.#nameInCluster(key);
  }
}

/** Minutes that OpenCost's sampling loses of a volume or load balancer, each side by itself. */
function sampling({ product }: AuditScope): number {
  return product === 'opencost' ? 5 : 0;
}

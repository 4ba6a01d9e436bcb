import type { AuditScope, CostRequest } from '../../costs/requests.ts';
import {
  bothSinks,
  type CostResponse,
  type FailedRequest,
  type RowSink,
} from '../../costs/responses.ts';
import type { Span } from '../../time.ts';
import { type AuditType, auditTypeNames } from '../types.ts';
import type { AuditInput } from './audit-input.ts';
import { localAudits } from './checks/registry.ts';
import { CollectedRows, type RowChecks } from './collected-rows.ts';
import type { Comparison, Tolerance } from './comparison.ts';
import { unsettledReason } from './settling.ts';
import { unusableReason } from './usability.ts';

export interface AuditOptions {
  readonly types: readonly AuditType[];
  readonly scope: AuditScope;
  readonly tolerance: Tolerance | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly includeUnsettled: boolean;
  /** Hashes of rows to be named, from an earlier look at the same window. */
  readonly suspects?: ReadonlySet<number>;
  /** Whether amounts were never printed, and so have no rounding error. */
  readonly exact?: boolean;
}

/** A further reader of the same rows, such as the one that collects evidence for findings. */
export interface RowCollector {
  /** A sink for one attempt at a request; null where its rows are of no interest. */
  sink(request: CostRequest): RowSink | null;
}

type ChecksByType = ReadonlyMap<AuditType, RowChecks>;

/** One window under audit: what is requested for it, what was answered, and the sums of its rows. */
export class AuditWindow {
  readonly span: Span;
  readonly options: AuditOptions;
  /** The types that are evaluated here; of the others {@link skipReason} says why not. */
  readonly activeTypes: readonly AuditType[];
  /** Every request once, the heaviest first. */
  readonly requests: readonly CostRequest[];
  readonly collector: RowCollector | null;
  readonly #responses = new Map<CostRequest, CostResponse | FailedRequest>();
  readonly #checks = new Map<'allocations' | 'assets', ChecksByType>();
  #rows: CollectedRows;

  constructor(span: Span, options: AuditOptions, collector: RowCollector | null = null) {
    this.span = span;
    this.options = options;
    this.collector = collector;
    this.activeTypes = auditTypeNames.filter(
      (type) => options.types.includes(type) && this.skipReason(type) === null,
    );
    this.requests = requestsOf(this.activeTypes, options.scope);
    this.#rows = this.#newRows();
  }

  get scope(): AuditScope {
    return this.options.scope;
  }

  /** Why an audit of this window is not even tried; null where it is. */
  skipReason(type: AuditType): string | null {
    const { settling, unsupportedReason } = localAudits[type];
    const { scope, now, includeUnsettled } = this.options;
    const young = includeUnsettled ? null : unsettledReason(this.span, settling, scope, now);
    return unsupportedReason?.(scope) ?? young;
  }

  /** A sink for one attempt at a request; whatever a broken attempt left behind is dropped. */
  sink(request: CostRequest): RowSink {
    const own = this.#rows.sink(request, this.#newChecks(request));
    const further = this.collector?.sink(request) ?? null;
    return further === null ? own : bothSinks(own, further);
  }

  complete(request: CostRequest, response: CostResponse): void {
    this.#responses.set(request, response);
    if (request !== 'allocations' && request !== 'assets') return;
    for (const checks of this.#checks.get(request)?.values() ?? []) {
      for (const check of checks[request]) check.end?.();
    }
  }

  fail(request: CostRequest, failed: FailedRequest): void {
    this.#responses.set(request, failed);
  }

  /** What became of a request; undefined where it was not made. */
  response(request: CostRequest): CostResponse | FailedRequest | undefined {
    return this.#responses.get(request);
  }

  /** Why a response cannot be used; null where it can. */
  unavailableReason(request: CostRequest): string | null {
    const response = this.#responses.get(request);
    if (response === undefined) return `${request}: not requested`;
    return unusableReason(request, response);
  }

  /** What audits read of this window. */
  get input(): AuditInput {
    const rows = this.#rows;
    const sets = { allocations: this.#setsOf('allocations'), summary: this.#setsOf('summary') };
    return {
      scope: this.scope,
      allocations: rows.allocations,
      assets: rows.assets,
      idle: rows.idle,
      clusters: rows.clusters,
      toplineTotal: rows.toplineTotal,
      bills: rows.bills,
      rowAmounts: rows.rowAmounts,
      rowError: (request, amount) => rows.rowError(request, amount, sets[request]),
      assetError: (amount) => rows.rounding.assets.of(amount),
      aggregate: (request) => rows.aggregates.get(request),
      response: (request) => this.response(request),
      unavailableReason: (request) => this.unavailableReason(request),
    };
  }

  /** Adds what the row checks of a type found. */
  reportRowChecks(type: AuditType, comparison: Comparison): void {
    for (const check of this.#checks.get('assets')?.get(type)?.assets ?? []) {
      check.report(comparison);
    }
    for (const check of this.#checks.get('allocations')?.get(type)?.allocations ?? []) {
      check.report(comparison);
    }
  }

  /** Drops all sums, once the window is evaluated; what became of its requests is kept. */
  release(): void {
    this.#rows = this.#newRows();
    this.#checks.clear();
  }

  #setsOf(request: CostRequest): number {
    const response = this.#responses.get(request);
    return response && 'content' in response ? response.sets : 1;
  }

  #newRows(): CollectedRows {
    const { scope, suspects, exact } = this.options;
    return new CollectedRows({
      scope,
      requests: this.requests,
      suspects: suspects ?? new Set(),
      exact: exact ?? false,
    });
  }

  /** New checks for an attempt at one of the two unaggregated requests. */
  #newChecks(request: CostRequest): RowChecks {
    if (request !== 'allocations' && request !== 'assets') return { allocations: [], assets: [] };
    const context = { span: this.span, scope: this.scope, exact: this.options.exact ?? false };
    const byType = new Map<AuditType, RowChecks>();
    for (const type of this.activeTypes) {
      const { allocations, assets } = localAudits[type].rowChecks ?? {};
      byType.set(type, {
        allocations: request === 'allocations' && allocations ? [allocations(context)] : [],
        assets: request === 'assets' && assets ? [assets(context)] : [],
      });
    }
    this.#checks.set(request, byType);
    const all = [...byType.values()];
    return {
      allocations: all.flatMap(({ allocations }) => allocations),
      assets: all.flatMap(({ assets }) => assets),
    };
  }
}

function requestsOf(types: readonly AuditType[], scope: AuditScope): CostRequest[] {
  const required = types.flatMap((type) => localAudits[type].requires(scope));
  const optional = types.flatMap((type) => localAudits[type].optional?.(scope) ?? []);
  return [...new Set([...required, ...optional])];
}

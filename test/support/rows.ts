import { AuditWindow } from '../../src/audits/local/audit-window.ts';
import { evaluateWindow } from '../../src/audits/local/evaluate.ts';
import type { Audit } from '../../src/audits/schema.ts';
import type { AuditType } from '../../src/audits/types.ts';
import type { AuditScope, CostRequest } from '../../src/costs/requests.ts';
import { completeResponse } from '../../src/costs/responses.ts';
import {
  type AggregateRow,
  type AllocationRow,
  type AssetRow,
  allocationAdjustments,
  allocationCosts,
  allocationNumbers,
  type BillRow,
  type SummaryRow,
} from '../../src/costs/rows.ts';
import { day } from '../../src/time.ts';

/** The day of all rows that name no other time. */
export const span = { start: Date.UTC(2026, 2, 7), end: Date.UTC(2026, 2, 8) };

type Numbers = Partial<Record<(typeof allocationNumbers)[number], number>>;
type Names = Partial<Pick<AllocationRow, 'cluster' | 'node' | 'namespace' | 'pod' | 'container'>>;
type Rest = Partial<
  Pick<AllocationRow, 'name' | 'start' | 'end' | 'invalidFields' | 'networkParts' | 'volumeCosts'>
>;

/** An allocation of a whole day, 0 where nothing is given; its total is the sum of its parts. */
export function allocation(given: Numbers & Names & Rest = {}): AllocationRow {
  const names = { cluster: 'c1', node: 'n1', namespace: 'ns', pod: 'pod', container: 'main' };
  const zeros = Object.fromEntries(allocationNumbers.map((field) => [field, 0])) as Record<
    (typeof allocationNumbers)[number],
    number
  >; // made from these very names
  const row = { ...zeros, ...names, ...span, ...given };
  const parts = [...allocationCosts, ...allocationAdjustments];
  const { cluster, node, namespace, pod, container } = row;
  return {
    name: `${cluster}/${node}/${namespace}/${pod}/${container}`,
    invalidFields: [],
    controller: 'web',
    controllerKind: 'deployment',
    networkParts: null,
    volumeCosts: null,
    hasLoadBalancer: false,
    properties: () => null,
    detail: () => null,
    ...row,
    minutes: given.minutes ?? (row.end - row.start) / 60_000,
    totalCost: given.totalCost ?? parts.reduce((sum, part) => sum + row[part], 0),
  };
}

type Given = Partial<Omit<AssetRow, 'identity'>> & Partial<AssetRow['identity']>;

/** A node of a whole day; its total follows from its parts. */
export function node(given: Given = {}): AssetRow {
  return asset({ type: 'Node', category: 'Compute', ...given });
}

/** An asset of a whole day, 0 where nothing is given. */
export function asset(given: Given = {}): AssetRow {
  const row = {
    type: 'Disk',
    ...span,
    cpuCost: 0,
    ramCost: 0,
    gpuCost: 0,
    discount: 0,
    adjustment: 0,
    cpuCoreHours: 0,
    ramByteHours: 0,
    GPUHours: 0,
    cluster: 'c1',
    name: 'n1',
    providerID: `i-${given.name ?? 'n1'}`,
    category: 'Storage',
    provider: 'AWS',
    account: '1',
    project: '',
    ...given,
  };
  const { cluster, name, providerID, category, provider, account, project, ...numbers } = row;
  const paid = (row.cpuCost + row.ramCost) * (1 - row.discount) + row.gpuCost + row.adjustment;
  return {
    ...numbers,
    name: `${provider}/${account}/${category}/${cluster}/${row.type}/${providerID}/${name}`,
    identity: { cluster, name, providerID, category, provider, account, project },
    invalidFields: given.invalidFields ?? [],
    detail: given.detail ?? (() => null),
    minutes: given.minutes ?? (row.end - row.start) / 60_000,
    totalCost: given.totalCost ?? paid,
  };
}

/** The rows that some requests are answered with; all others get a set without rows. */
export interface Rows {
  readonly allocations?: readonly AllocationRow[];
  readonly assets?: readonly AssetRow[];
  readonly idle?: readonly AllocationRow[];
  readonly clusters?: readonly AllocationRow[];
  readonly bills?: readonly BillRow[];
  readonly summary?: readonly SummaryRow[];
  readonly topline?: number;
  /** Rows, or totals by key, of any aggregated request. */
  readonly aggregates?: Readonly<
    Record<string, readonly AggregateRow[] | Readonly<Record<string, number>>>
  >;
}

interface EvaluateOptions extends Partial<AuditScope> {
  readonly now?: number;
}

/** One audit of one day, from its rows. */
export function auditOf(type: AuditType, rows: Rows, options: EvaluateOptions = {}): Audit {
  const window = auditWindow(type, rows, options);
  const [audit] = evaluateWindow(window, '2026-04-07T00:00:00Z').audits;
  if (!audit) throw new Error(`${type} is not evaluated by itself`);
  return audit;
}

/** A day whose requests for one audit were answered with some rows. */
export function auditWindow(
  type: AuditType,
  rows: Rows,
  options: EvaluateOptions = {},
): AuditWindow {
  const { now = span.end + 30 * day, ...scope } = options;
  const window = new AuditWindow(span, {
    types: [type],
    scope: {
      product: 'kubecost',
      clampsIdle: false,
      properties: ['cluster', 'namespace'],
      assetProperties: ['type'],
      cluster: null,
      hourly: false,
      ...scope,
    },
    tolerance: null,
    now,
    includeUnsettled: false,
  });
  for (const request of window.requests) {
    const count = feed(window, request, rows);
    window.complete(request, completeResponse(count > 0 ? 'rows' : 'empty'));
  }
  return window;
}

function feed(window: AuditWindow, request: CostRequest, rows: Rows): number {
  const sink = window.sink(request);
  const each = <Row>(given: readonly Row[] | undefined, emit: ((row: Row) => void) | undefined) => {
    for (const row of given ?? []) emit?.(row);
    return given?.length ?? 0;
  };
  switch (request) {
    case 'allocations':
      return each(rows.allocations, sink.allocation);
    case 'idle':
      return each(rows.idle, sink.allocation);
    case 'clusters':
      return each(rows.clusters, sink.allocation);
    case 'assets':
      return each(rows.assets, sink.asset);
    case 'bills':
      return each(rows.bills, sink.bill);
    case 'summary':
      return each(rows.summary, sink.summary);
    case 'topline':
      return each(rows.topline === undefined ? [] : [{ totalCost: rows.topline }], sink.topline);
    default: {
      const given = rows.aggregates?.[request] ?? {};
      return each(isRows(given) ? given : totalsOf(given), sink.aggregate);
    }
  }
}

function isRows(
  given: readonly AggregateRow[] | Readonly<Record<string, number>>,
): given is readonly AggregateRow[] {
  return Array.isArray(given);
}

function totalsOf(totals: Readonly<Record<string, number>>): AggregateRow[] {
  return Object.entries(totals).map(([name, totalCost]) => ({ name, totalCost, costs: null }));
}

import { formatTime, windowOf } from '../time.ts';
import type { DayEvidence, NodeGroup } from './day-evidence.ts';
import type { ReconciliationDay, ReconciliationEvidence } from './schema.ts';
import { billDeadline, type ReconciliationState } from './states.ts';

/** What holds for all days. */
export interface ReconciliationContext {
  /** The server's clock, milliseconds since 1970. */
  readonly now: number;
  /** Why the product reconciles nothing; null where it does. */
  readonly unsupported: string | null;
  /** What `/cloudCost/status` says of the integrations; null where it was not answered. */
  readonly integrations: number | null;
  /** Reconcile errors of the event log that no later success follows, by start of the day. */
  readonly errors: ReadonlyMap<number, string>;
}

/** Two costs are the same where they differ by less than what both APIs round away. */
const equal = (a: number, b: number) => Math.abs(a - b) <= 1e-4 + 1e-6 * Math.abs(b);

/**
 * The state of every day, cluster and provider. A bill line that exists is no proof: the asset must
 * cost what it says. An adjustment of 0 is no proof of the contrary: list price can be the bill.
 */
export function evaluateReconciliation(
  days: readonly DayEvidence[],
  context: ReconciliationContext,
): ReconciliationDay[] {
  const everBilled = reconciledProviders(days);
  return days.flatMap((day) =>
    [...day.groups.values()]
      .sort((a, b) => compareText(a.cluster, b.cluster) || compareText(a.provider, b.provider))
      .map((group) => evaluateGroup(day, group, context, everBilled)),
  );
}

function evaluateGroup(
  day: DayEvidence,
  group: NodeGroup,
  context: ReconciliationContext,
  everBilled: ReadonlySet<string>,
): ReconciliationDay {
  const counts = countNodes(group, day.bills);
  const share = counts.total > 0 ? counts.applied / counts.total : null;
  const { state, until } = stateOf(day, group, counts, { context, everBilled });
  return {
    window: windowOf(day.day),
    cluster: group.cluster,
    provider: group.provider,
    state,
    until,
    billed: { cost: counts.applied, total: counts.total, share },
    evidence: evidenceOf(day, group, counts, context),
  };
}

interface Counts {
  nodes: number;
  withBill: number;
  /** Nodes whose cost is that of their bill line. */
  appliedNodes: number;
  total: number;
  applied: number;
  adjusted: number;
}

function countNodes({ nodes }: NodeGroup, bills: ReadonlyMap<string, number> | null): Counts {
  const counts = { nodes: 0, withBill: 0, appliedNodes: 0, total: 0, applied: 0, adjusted: 0 };
  for (const [id, { cost, adjustment }] of nodes) {
    counts.nodes++;
    counts.total += cost;
    if (adjustment !== 0) counts.adjusted++;
    const billed = id === '' ? undefined : bills?.get(id);
    if (billed === undefined) continue;
    counts.withBill++;
    if (!equal(cost, billed)) continue;
    counts.appliedNodes++;
    counts.applied += cost;
  }
  return counts;
}

function stateOf(
  day: DayEvidence,
  group: NodeGroup,
  counts: Counts,
  { context, everBilled }: { context: ReconciliationContext; everBilled: ReadonlySet<string> },
): { state: ReconciliationState; until: string | null } {
  const decided = (state: ReconciliationState) => ({ state, until: null });
  if (context.unsupported !== null) return decided('never');
  if (counts.nodes > 0 && counts.appliedNodes === counts.nodes) {
    return decided(allocationsFollow(day, group, counts) ? 'reconciled' : 'partial');
  }
  if (counts.appliedNodes > 0) return decided('partial');
  if (isUnbilled(group.provider, context, everBilled)) return decided('never');
  const deadline = day.day.end + billDeadline;
  if (context.now < deadline) return { state: 'pending', until: formatTime(deadline) };
  return decided('late');
}

/**
 * No integration; where the server does not tell, no trace of one on any day: neither bill line nor
 * adjustment nor Network asset.
 */
function isUnbilled(
  provider: string,
  { integrations }: ReconciliationContext,
  everBilled: ReadonlySet<string>,
): boolean {
  if (everBilled.has(provider)) return false;
  return integrations === 0 || integrations === null;
}

/** Adjusted nodes and allocations that are the same with and without reconciliation: not applied. */
function allocationsFollow(
  day: DayEvidence,
  { cluster }: NodeGroup,
  { adjusted }: Counts,
): boolean {
  const totals = day.allocations.get(cluster);
  if (!totals || adjusted === 0) return true;
  return !equal(totals.reconciled, totals.unreconciled);
}

function evidenceOf(
  day: DayEvidence,
  group: NodeGroup,
  counts: Counts,
  context: ReconciliationContext,
): ReconciliationEvidence[] {
  const evidence: ReconciliationEvidence[] = [];
  const say = (fact: string, source: string) => evidence.push({ fact, source });
  if (context.unsupported !== null) say(context.unsupported, 'product');
  if (day.bills === null && context.unsupported === null) {
    say('the bill lines of this day were not answered', '/cloudCost');
  } else if (context.unsupported === null) {
    say(
      `${counts.withBill} of ${counts.nodes} nodes have a bill line, ${counts.appliedNodes} cost what it says`,
      '/cloudCost, /assets',
    );
  }
  say(`${counts.adjusted} of ${counts.nodes} nodes have an adjustment`, '/assets');
  if (context.unsupported === null) {
    const has = day.networkAssets.has(group.cluster);
    say(`${has ? 'there are' : 'there are no'} Network assets`, '/assets');
  }
  const totals = day.allocations.get(group.cluster);
  if (totals) {
    const same = equal(totals.reconciled, totals.unreconciled);
    say(
      `allocations are ${same ? 'the same' : 'different'} with and without reconciliation`,
      '/allocation',
    );
  }
  const error = context.errors.get(day.day.start);
  if (error !== undefined) say(error, '/etl/log');
  if (context.integrations === 0) say('no billing integration is configured', '/cloudCost/status');
  return evidence;
}

/** The providers with a trace of reconciliation on any day. */
function reconciledProviders(days: readonly DayEvidence[]): Set<string> {
  const providers = new Set<string>();
  for (const { bills, groups, networkAssets } of days) {
    for (const { cluster, provider, nodes } of groups.values()) {
      const hasTrace = [...nodes].some(
        ([id, { adjustment }]) => adjustment !== 0 || (id !== '' && bills?.has(id)),
      );
      if (hasTrace || networkAssets.has(cluster)) providers.add(provider);
    }
  }
  return providers;
}

/** The newest days that are reconciled in every cluster and provider; newest last. */
export function newestReconciled(days: readonly ReconciliationDay[], count: number): string[] {
  const states = new Map<string, boolean>();
  for (const { window, state } of days) {
    states.set(window.start, (states.get(window.start) ?? true) && state === 'reconciled');
  }
  const starts = [...states].filter(([, isReconciled]) => isReconciled).map(([start]) => start);
  return starts.sort(compareText).slice(-count);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

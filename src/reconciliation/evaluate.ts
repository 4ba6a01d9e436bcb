import { formatTime, windowOf } from '../time.ts';
import { type Billing, isBilled } from './billing.ts';
import type { DayEvidence, NodeGroup } from './day-evidence.ts';
import { evidenceOf } from './evidence-text.ts';
import { countNodes, type NodeCounts } from './node-counts.ts';
import type { ReconciliationDay, UnavailableDay } from './schema.ts';
import { billDeadline, type ReconciliationState } from './states.ts';

/** Facts that hold for all days. */
export interface ReconciliationContext {
  /** The server's clock, in milliseconds since 1970. */
  readonly now: number;
  /** Why the product reconciles nothing; null where it does. */
  readonly unsupported: string | null;
  readonly billing: Billing;
  /** Providers with a bill on days that are not evaluated. */
  readonly billed?: ReadonlySet<string>;
}

/** States of the days that could be evaluated, and the reasons for the others. */
export interface Evaluation {
  readonly days: ReconciliationDay[];
  readonly unavailable: UnavailableDay[];
}

/**
 * The state of every day, cluster and provider. A bill line alone proves nothing: the node must cost
 * what it says. Nor does an adjustment of 0: the list price can be the billed one.
 */
export function evaluateReconciliation(
  days: readonly DayEvidence[],
  context: ReconciliationContext,
): Evaluation {
  const traced = new Set([...tracedProviders(days), ...(context.billed ?? [])]);
  const evaluation: Evaluation = { days: [], unavailable: [] };
  for (const day of days) {
    const window = windowOf(day.day);
    if (day.assetsFailure !== null || day.groups.size === 0) {
      const reason = day.assetsFailure ?? 'the asset store has no nodes on this day';
      evaluation.unavailable.push({ window, cluster: null, provider: null, reason });
      continue;
    }
    const groups = [...day.groups.values()].sort(
      (a, b) => compareText(a.cluster, b.cluster) || compareText(a.provider, b.provider),
    );
    for (const group of groups) {
      const { cluster, provider } = group;
      const counts = countNodes(day, group);
      const decided = stateOf({ day, group, counts, context, traced });
      if ('reason' in decided) {
        evaluation.unavailable.push({ window, cluster, provider, reason: decided.reason });
        continue;
      }
      const { cost: total, billedCost: cost } = counts;
      evaluation.days.push({
        window,
        cluster,
        provider,
        ...decided,
        billed: { cost, total, share: total > 0 ? cost / total : null },
        evidence: evidenceOf(day, group, counts, context),
      });
    }
  }
  return evaluation;
}

interface Case {
  readonly day: DayEvidence;
  readonly group: NodeGroup;
  readonly counts: NodeCounts;
  readonly context: ReconciliationContext;
  readonly traced: ReadonlySet<string>;
}

type Decision =
  | { readonly state: ReconciliationState; readonly until: string | null }
  | { readonly reason: string };

const decided = (state: ReconciliationState): Decision => ({ state, until: null });

function stateOf({ day, group, counts, context, traced }: Case): Decision {
  if (context.unsupported !== null || counts.nodes === 0) return decided('never');
  if (Number.isNaN(counts.cost)) return { reason: 'the cost of a node is null' };
  if (day.billsFailure !== null) return { reason: day.billsFailure };
  if (day.bills === null) return withoutBills({ day, group, counts, context, traced });
  if (counts.applied === counts.nodes) return wholly(day, counts);
  if (counts.applied + counts.outdated > 0) return decided('partial');
  return unapplied({ day, group, counts, context, traced });
}

/** Every node costs what the bill says; the allocations must follow. */
function wholly(day: DayEvidence, counts: NodeCounts): Decision {
  if (counts.notFollowing > 0) return decided('partial');
  if (counts.adjusted > 0 && day.allocationsFailure !== null) {
    return { reason: day.allocationsFailure };
  }
  return decided('reconciled');
}

/** A server without `/cloudCost`: adjustments prove a bill, their absence proves nothing. */
function withoutBills(one: Case): Decision {
  const { day, counts, context } = one;
  if (counts.adjusted === counts.nodes) return wholly(day, counts);
  if (counts.adjusted > 0) return decided('partial');
  const next = unapplied(one);
  const isOpen = 'state' in next && next.state === 'late';
  return isOpen && context.billing.integrations === null
    ? {
        reason:
          'the server has no cloud costs, and no node is adjusted: the bill may be the list price',
      }
    : next;
}

function unapplied({ day, group, context, traced }: Case): Decision {
  const billed = traced.has(group.provider) || isBilled(group.provider, context.billing);
  if (billed === null) return { reason: context.billing.failure ?? 'the integrations are unknown' };
  if (!billed) return decided('never');
  const deadline = day.day.end + billDeadline;
  if (context.now < deadline) return { state: 'pending', until: formatTime(deadline) };
  return decided('late');
}

/** Providers with a bill line, an adjustment or a Network asset on any of the days. */
function tracedProviders(days: readonly DayEvidence[]): Set<string> {
  const providers = new Set<string>();
  for (const { bills, groups, networkAssets } of days) {
    for (const { cluster, provider, nodes } of groups.values()) {
      const hasTrace = [...nodes].some(
        ([id, { adjustment }]) => adjustment !== 0 || bills?.has(id),
      );
      if (hasTrace || networkAssets.has(cluster)) providers.add(provider);
    }
  }
  return providers;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

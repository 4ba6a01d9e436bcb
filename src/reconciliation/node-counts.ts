import { Sum } from '../costs/sum.ts';
import type { DayEvidence, NodeCost, NodeGroup } from './day-evidence.ts';

/** The nodes of a cluster and provider on a day, counted by what the bill says about them. */
export interface NodeCounts {
  readonly nodes: number;
  /** With a Compute line in the bill. */
  readonly withBill: number;
  /** Costing what their bill line says. */
  readonly applied: number;
  /** Adjusted, but not to what their bill line says now. */
  readonly outdated: number;
  readonly adjusted: number;
  /** Cost of all nodes; NaN where a node's cost is null. */
  readonly cost: number;
  /** Cost of the applied nodes, or of the adjusted ones where the server has no cloud costs. */
  readonly billedCost: number;
  /** Adjusted nodes whose allocations could show the adjustment. */
  readonly comparable: number;
  /** Comparable nodes whose allocations are the same with and without reconciliation. */
  readonly notFollowing: number;
}

/** Two prints of one cost: 1e-4 relative, floor 1e-5, as OpenCost's maintainers compare. */
function isSameCost(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(1e-5, 1e-4 * Math.abs(b));
}

export function countNodes(day: DayEvidence, { cluster, nodes }: NodeGroup): NodeCounts {
  const counts = {
    nodes: 0,
    withBill: 0,
    applied: 0,
    outdated: 0,
    adjusted: 0,
    comparable: 0,
    notFollowing: 0,
  };
  const cost = new Sum();
  const billedCost = new Sum();
  for (const [id, node] of nodes) {
    counts.nodes++;
    cost.add(node.cost);
    const isAdjusted = node.adjustment !== 0;
    if (isAdjusted) counts.adjusted++;
    const bill = day.bills?.get(id);
    if (bill !== undefined) counts.withBill++;
    const isApplied = bill === undefined ? false : isSameCost(node.cost, bill);
    if (isApplied) counts.applied++;
    else if (isAdjusted) counts.outdated++;
    if (day.bills === null ? isAdjusted : isApplied) billedCost.add(node.cost);
    const follows = allocationsFollow(day, `${cluster}/${node.name}`, node);
    if (follows === null) continue;
    counts.comparable++;
    if (!follows) counts.notFollowing++;
  }
  return { ...counts, cost: cost.value, billedCost: billedCost.value };
}

/** The smallest expected change of allocations that rounding cannot hide. */
const minExpectedChange = 1e-3;

/** Whether the allocations on an adjusted node are adjusted; null where that cannot be seen. */
function allocationsFollow(day: DayEvidence, key: string, node: NodeCost): boolean | null {
  const totals = day.allocations.get(key);
  const listCost = node.cost - node.adjustment;
  if (!totals || node.adjustment === 0 || !(listCost > 0)) return null;
  const expected = (totals.unreconciled * node.adjustment) / listCost;
  if (!(Math.abs(expected) >= minExpectedChange)) return null;
  return Math.abs(totals.reconciled - totals.unreconciled) >= 0.01 * Math.abs(expected);
}

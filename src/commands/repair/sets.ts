import type { CostSource } from '../../costs/responses.ts';
import { type AllocationRow, allocationAdjustments, isResidue } from '../../costs/rows.ts';
import { isVirtualNode } from '../../costs/virtual-nodes.ts';
import type { ExpectedNode, Known } from '../../repair/evidence.ts';
import type { StoredTotals } from '../../repair/schema.ts';
import type { RepairStore } from '../../repair/stores.ts';
import { minute, type Span } from '../../time.ts';

/** The stored asset set of a day. */
export interface StoredAssets {
  readonly totals: StoredTotals;
  readonly nodes: readonly ExpectedNode[];
}

/** The assets of a day, without adjustments; leftovers of a stopped Prometheus do not count. */
export async function readStoredAssets(costs: CostSource, day: Span): Promise<Known<StoredAssets>> {
  let [rows, cost] = [0, 0];
  let nodes: ExpectedNode[] = [];
  const answer = await costs.fetch('assets', day, () => {
    [rows, cost, nodes] = [0, 0, []];
    return {
      asset(row) {
        // Network assets and adjustments come with the bill, not from Prometheus
        if (isResidue(row) || row.type === 'Network' || row.type === 'Cloud') return;
        rows++;
        cost += row.totalCost - row.adjustment;
        const { cluster, name } = row.identity;
        if (row.type !== 'Node' || isVirtualNode(name)) return;
        nodes.push({
          key: `${cluster}/${name}`,
          start: Math.max(row.start, day.start),
          end: Math.min(row.end, day.end),
        });
      },
    };
  });
  return 'reason' in answer
    ? { failure: answer.reason }
    : { value: { totals: { rows, cost }, nodes } };
}

/** The stored set of a day in one store. */
export async function readStoredTotals(
  costs: CostSource,
  store: RepairStore,
  day: Span,
): Promise<Known<StoredTotals>> {
  if (store === 'asset') {
    const assets = await readStoredAssets(costs, day);
    return 'failure' in assets ? assets : { value: assets.value.totals };
  }
  let [rows, cost] = [0, 0];
  const request = store === 'allocation' ? 'allocations' : 'bills';
  const answer = await costs.fetch(request, day, () => {
    [rows, cost] = [0, 0];
    return {
      allocation(row) {
        if (isResidue(row)) return;
        rows++;
        cost += unadjusted(row);
      },
      bill(row) {
        rows++;
        cost += row.cost;
      },
    };
  });
  return 'reason' in answer ? { failure: answer.reason } : { value: { rows, cost } };
}

function unadjusted(row: AllocationRow): number {
  // network and load balancers come with the bill on some clouds
  const adjustments = allocationAdjustments.reduce((sum, name) => sum + row[name], 0);
  return row.totalCost - adjustments;
}

/** Distance from midnight at which a node still counts as running through it. */
const midnightTolerance = 15 * minute;

/** Nodes that both days around a day have, up to and from its midnights: they ran all day. */
export function nodesAround(
  day: Span,
  before: readonly ExpectedNode[],
  after: readonly ExpectedNode[],
): ExpectedNode[] {
  const next = new Set(
    after.filter(({ start }) => start <= day.end + midnightTolerance).map(({ key }) => key),
  );
  return before
    .filter(({ key, end }) => end >= day.start - midnightTolerance && next.has(key))
    .map(({ key }) => ({ key, ...day }));
}

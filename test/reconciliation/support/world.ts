import {
  type CostSource,
  completeResponse,
  type FailedRequest,
} from '../../../src/costs/responses.ts';
import type { AllocationRow, AssetRow } from '../../../src/costs/rows.ts';
import type { Billing } from '../../../src/reconciliation/billing.ts';
import type { ReconciliationSource } from '../../../src/reconciliation/collect.ts';
import { day, hour, type Span } from '../../../src/time.ts';
import { allocation, node } from '../../support/rows.ts';

/** How far the bill of a cluster has come on a day. */
export type Progress = 'whole' | 'half' | 'none' | 'not-applied';

/** What is true of a cluster on a day. */
export interface ClusterDay {
  readonly cluster: string;
  readonly provider: string;
  readonly nodes: number;
  readonly progress: Progress;
  /** Whether the bill is exactly the list price, so that adjustments are 0. */
  readonly atListPrice: boolean;
  /** Whether the allocations are reconciled as well. */
  readonly follow: boolean;
}

/** What is true of a day, and which requests for it fail. */
export interface WorldDay {
  readonly clusters: readonly ClusterDay[];
  readonly failing: 'assets' | 'bills' | 'allocations' | null;
  /** Whether the day is answered hour by hour. */
  readonly hourly: boolean;
}

export interface World {
  readonly product: 'kubecost' | 'opencost';
  readonly hasCloudCost: boolean;
  readonly billing: Billing;
  /** Newest first; the first ended at `now`. */
  readonly days: readonly WorldDay[];
  readonly now: number;
}

export function startOf(world: World, index: number): number {
  return world.now - (index + 1) * day;
}

/** UTC days of a world, oldest first. */
export function spansOf(world: World): Span[] {
  return world.days
    .map((_, index) => ({ start: startOf(world, index), end: startOf(world, index) + day }))
    .reverse();
}

interface Node {
  readonly id: string;
  readonly name: string;
  readonly list: number;
  readonly billed: number;
  readonly hasBill: boolean;
  readonly isApplied: boolean;
}

export function nodesOf({ cluster, nodes, progress, atListPrice }: ClusterDay): Node[] {
  return Array.from({ length: nodes }, (_, i) => {
    const list = 1 + i / 8;
    const hasBill = progress !== 'none' && (progress !== 'half' || i % 2 === 0);
    return {
      id: `i-${cluster}-${i}`,
      name: `node-${i}`,
      list,
      billed: atListPrice ? list : list * 0.7,
      hasBill,
      isApplied: hasBill && progress !== 'not-applied',
    };
  });
}

const failed = (reason: string): FailedRequest => ({ reason, unsupported: false });

/** A server that answers from a world. */
export function sourceOf(world: World): ReconciliationSource {
  const dayAt = (start: number) => world.days[Math.round((world.now - start) / day) - 1];
  const costs: CostSource = {
    async fetch(request, window, makeSink) {
      const one = dayAt(window.start);
      if (!one) throw new Error(`no day at ${window.start}`);
      const sink = makeSink();
      if (request === 'assets') {
        emitAssets(one, window, (row) => sink.asset?.(row));
        if (one.failing !== 'assets') return completeResponse('rows');
        return failed('assets failed');
      }
      if (!world.hasCloudCost) return { reason: 'no such endpoint', unsupported: true };
      for (const cluster of one.clusters) {
        for (const { id, billed, hasBill } of nodesOf(cluster)) {
          if (!hasBill) continue;
          const half = { providerID: id.toUpperCase(), cost: billed / 2 };
          sink.bill?.({ ...half, category: 'Compute' });
          sink.bill?.({ ...half, category: 'Compute' });
          sink.bill?.({ ...half, category: 'Storage' });
        }
      }
      return one.failing === 'bills' ? failed('bills failed') : completeResponse('rows');
    },
  };
  return {
    costs,
    untrusted: () => null,
    billing: async () => world.billing,
    events: async () => null,
    async allocations(span, side, sink) {
      sink.restart();
      for (let start = span.start; start < span.end; start += day) {
        const one = dayAt(start);
        if (one?.failing === 'allocations') return failed('allocations failed');
        for (const cluster of one?.clusters ?? []) emitAllocations(cluster, start, side, sink.emit);
      }
      return null;
    },
  };
}

function emitAssets(
  { clusters, hourly }: WorldDay,
  window: Span,
  emit: (row: AssetRow) => void,
): void {
  const parts = hourly ? 24 : 1;
  for (let part = 0; part < parts; part++) {
    for (const one of clusters) {
      const { cluster, provider } = one;
      const start = window.start + part * hour;
      const base = { cluster, provider, start, end: start + day / parts };
      for (const { id, name, list, billed, isApplied } of nodesOf(one)) {
        const adjustment = isApplied ? (billed - list) / parts : 0;
        const totalCost = (isApplied ? billed : list) / parts;
        emit(node({ ...base, providerID: id, name, totalCost, adjustment }));
      }
      // leftovers of a stopped Prometheus, and a virtual node: neither is ever billed
      emit(node({ ...base, name: 'gone', providerID: 'i-gone', minutes: 2.5, totalCost: 0 }));
      emit(node({ ...base, name: 'fargate-ip-10-0-0-1', providerID: '', totalCost: 0.5 }));
    }
  }
}

function emitAllocations(
  one: ClusterDay,
  start: number,
  side: 'reconciled' | 'unreconciled',
  emit: (row: AllocationRow) => void,
): void {
  for (const { name, list, billed, isApplied } of nodesOf(one)) {
    const isAdjusted = side === 'reconciled' && isApplied && one.follow;
    const totalCost = 0.4 * (isAdjusted ? billed : list);
    emit(allocation({ cluster: one.cluster, node: name, start, end: start + day, totalCost }));
  }
}

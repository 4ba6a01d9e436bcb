import {
  type Approx,
  approx,
  dividedBy,
  minus,
  plus,
  times,
  zero,
} from '../../costs/approximation.ts';
import type { Rounding } from '../../costs/rounding.ts';
import { type AssetRow, isResidue } from '../../costs/rows.ts';

export const resources = ['CPU', 'GPU', 'RAM'] as const;
export type Resource = (typeof resources)[number];

/** The asset record of a node: its hours and what they cost, adjustment included. */
export interface NodePrice {
  readonly cluster: string;
  readonly name: string;
  readonly providerID: string;
  /** Core-hours, GPU-hours, byte-hours. */
  readonly hours: Readonly<Record<Resource, Approx>>;
  /** The adjusted cost of each resource. */
  readonly cost: Readonly<Record<Resource, Approx>>;
  /** The cost of each resource at list price, before discount and adjustment. */
  readonly listed: Readonly<Record<Resource, number>>;
  /** The adjusted cost of all three; printed, and so more exact than their sum. */
  readonly total: Approx;
  /** The total as the server prints it. */
  readonly printed: number;
  readonly adjusted: boolean;
  /** Milliseconds since 1970; not a number where the record has none. */
  readonly start: number;
  readonly end: number;
  readonly minutes: number;
}

/** Whether a record is about its window, rather than left over from the one before. */
export function isOfWindow({ minutes, total }: NodePrice): boolean {
  return !isResidue({ minutes, totalCost: total.value });
}

/**
 * A node has one adjustment for all its resources: with `rate = totalCost / (totalCost - adjustment)`
 * the adjusted CPU is `cpuCost * (1 - discount) * rate`, RAM likewise, GPU `gpuCost * rate` (source:
 * OpenCost's totals.go).
 */
export function nodePrice(row: AssetRow, rounding: Rounding): NodePrice {
  const printed = (value: number) => approx(value, rounding.of(value));
  const total = printed(row.totalCost);
  const adjustment = printed(row.adjustment);
  const listed = minus(total, adjustment);
  const paid = minus(approx(1), printed(row.discount));
  const rate = rateOf(total, adjustment, listed);
  const share = (cost: Approx) => (rate === null ? approx(0, cost.error) : times(cost, rate));
  const cost = {
    CPU: share(times(printed(row.cpuCost), paid)),
    RAM: share(times(printed(row.ramCost), paid)),
    GPU: row.gpuCost === 0 && row.GPUHours === 0 ? zero : share(printed(row.gpuCost)),
  };
  const { cluster, name, providerID } = row.identity;
  return {
    cluster,
    name,
    providerID,
    hours: {
      CPU: printed(row.cpuCoreHours),
      RAM: printed(row.ramByteHours),
      GPU: printed(row.GPUHours),
    },
    cost,
    listed: { CPU: row.cpuCost, RAM: row.ramCost, GPU: row.gpuCost },
    total: rate === null ? plus(cost.CPU, cost.RAM, cost.GPU) : total,
    printed: row.totalCost,
    adjusted: row.adjustment !== 0,
    start: row.start,
    end: row.end,
    minutes: row.minutes,
  };
}

/** Null where the node has no list price, and so nothing to distribute. */
function rateOf(total: Approx, adjustment: Approx, listed: Approx): Approx | null {
  if (adjustment.value === 0 && adjustment.error === 0) return approx(1);
  if (Math.abs(listed.value) <= listed.error) return null;
  // an adjustment that is printed as 0 may be anything below its last decimal
  return dividedBy(total, listed);
}

/**
 * The cost of an hour of a resource on the nodes of one name: a range where there are several records.
 * Null where the hours are 0 and no price follows from them.
 */
export function unitPrice(nodes: readonly NodePrice[], resource: Resource): Approx | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { hours, cost } of nodes) {
    const price = dividedBy(cost[resource], hours[resource]);
    if (!Number.isFinite(price.error)) {
      if (hours[resource].value === 0 && cost[resource].value === 0 && nodes.length > 1) continue;
      return null;
    }
    low = Math.min(low, price.value - price.error);
    high = Math.max(high, price.value + price.error);
  }
  if (!(low <= high)) return null;
  return approx((low + high) / 2, (high - low) / 2);
}

/** Whether so many hours are more than the records of a node have: legal, unless it has none. */
export function exceedsCapacity(
  hours: Approx,
  records: readonly NodePrice[],
  resource: Resource,
): boolean {
  const capacity = plus(...records.map((record) => record.hours[resource]));
  return capacity.value > 0 && hours.value > capacity.value + capacity.error + hours.error;
}

/** A container may hold this many times its node: the part above 1 is what measuring may be wrong by. */
const maxShare = 1.05;

/** Cores, bytes or GPUs of a node: of its largest record. */
export function nodeSize(records: readonly NodePrice[], resource: Resource): number {
  return Math.max(...records.map(({ hours, minutes }) => (hours[resource].value * 60) / minutes));
}

/**
 * Whether a container alone holds more at a time than its node has: no use can, so its request is wrong. A
 * GPU that is shared counts once for each of its parts.
 */
export function isLargerThanNode(
  container: { readonly size: number },
  records: readonly NodePrice[],
  resource: Resource,
): boolean {
  if (resource === 'GPU') return false;
  const size = nodeSize(records, resource);
  return size > 0 && container.size > size * maxShare;
}

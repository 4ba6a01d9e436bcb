import { day, hour } from '../../time.ts';
import { between, hash, unit } from '../random.ts';
import type { Cluster } from './clusters.ts';
import type { Node } from './nodes.ts';
import { salt } from './salt.ts';
import type { Volume } from './volumes.ts';

/** Arrival of the bill of a day: 6 to 24 hours after the end of the day. */
export function billArrival(worldSeed: number, dayStart: number): number {
  return dayStart + day + between(6, 24, worldSeed, salt.bill, Math.floor(dayStart / day)) * hour;
}

/**
 * Billed cost of a node as a fraction of its list price, constant over a day.
 * One node in fifty is prepaid (0), one in four is billed at list price (1). The first node of a
 * cluster is neither, so that a fault injected into it always changes a cost.
 */
export function nodeBillRate(node: Node, dayStart: number): number {
  const h = hash(node.slot.seed, salt.bill, node.generation);
  const first = node.slot.order === 0;
  if (h % 50 === 0 && !first) return 0;
  if (h % 4 === 0 && !first) return 1;
  return between(0.6, 0.97, h) * dailyVariation(h, dayStart);
}

export function bootDiskBillRate(node: Node, dayStart: number): number {
  return 0.95 * dailyVariation(hash(node.slot.seed, salt.bill, node.generation, 1), dayStart);
}

export function volumeBillRate(volume: Volume, dayStart: number): number {
  return dailyVariation(hash(volume.slot.seed, salt.bill, volume.pod, 2), dayStart) ** 2;
}

export function balancerBillRate(cluster: Cluster, index: number, dayStart: number): number {
  return 1.05 * dailyVariation(hash(cluster.seed, salt.bill, index, 3), dayStart);
}

export function networkBillRate(cluster: Cluster, dayStart: number): number {
  return 0.9 * dailyVariation(hash(cluster.seed, salt.bill, 4), dayStart) ** 4;
}

function dailyVariation(h: number, dayStart: number): number {
  return 0.98 + 0.04 * unit(h, Math.floor(dayStart / day));
}

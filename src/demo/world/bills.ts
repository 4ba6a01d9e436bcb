import { between, hash, unit } from '../random.ts';
import { day, hour } from '../time.ts';
import type { Cluster } from './clusters.ts';
import type { Node } from './nodes.ts';
import { salt } from './salt.ts';
import type { Volume } from './volumes.ts';

/** When the bill of a day has arrived: 6 to 24 hours after its end. */
export function billArrival(worldSeed: number, dayStart: number): number {
  return dayStart + day + between(6, 24, worldSeed, salt.bill, Math.floor(dayStart / day)) * hour;
}

/**
 * What the provider bills for a thing, as a part of its list price; the same for all of a day.
 * One node in fifty is paid for in advance and costs nothing, every fourth is billed as listed;
 * a cluster's first is neither, so that what is broken about it shows.
 */
export function nodeBillRate(node: Node, dayStart: number): number {
  const h = hash(node.slot.seed, salt.bill, node.life);
  const first = node.slot.order === 0;
  if (h % 50 === 0 && !first) return 0;
  if (h % 4 === 0 && !first) return 1;
  return between(0.6, 0.97, h) * wobble(h, dayStart);
}

export function bootDiskBillRate(node: Node, dayStart: number): number {
  return 0.95 * wobble(hash(node.slot.seed, salt.bill, node.life, 1), dayStart);
}

export function volumeBillRate(volume: Volume, dayStart: number): number {
  return wobble(hash(volume.slot.seed, salt.bill, volume.pod, 2), dayStart) ** 2;
}

export function balancerBillRate(cluster: Cluster, index: number, dayStart: number): number {
  return 1.05 * wobble(hash(cluster.seed, salt.bill, index, 3), dayStart);
}

export function networkBillRate(cluster: Cluster, dayStart: number): number {
  return 0.9 * wobble(hash(cluster.seed, salt.bill, 4), dayStart) ** 4;
}

function wobble(h: number, dayStart: number): number {
  return 0.98 + 0.04 * unit(h, Math.floor(dayStart / day));
}

import { between, hash, letters, pick, unit } from '../random.ts';
import { day, hour, minute, overlap, type Span, second } from '../time.ts';
import { balancerBefore } from './balancers.ts';
import type { Node, NodeSlot } from './nodes.ts';
import { salt } from './salt.ts';
import { hasVolume, type Volume, volumeOf } from './volumes.ts';
import type { Workload } from './workloads.ts';

/** A place for one pod at a time on whatever node is in the slot. */
export interface PodSlot {
  readonly slot: NodeSlot;
  readonly index: number;
  readonly seed: number;
  readonly workload: Workload;
  /** What it is allocated while it runs: the larger of request and use. */
  readonly cores: number;
  readonly ramBytes: number;
  readonly gpus: number;
  /** Share of the node's traffic, against that of the other pods. */
  readonly traffic: number;
  readonly volume: Volume | null;
  readonly balancer: number | null;
  /** When its pods come and go; null: they live as long as the node. */
  readonly rhythm: Rhythm | null;
}

/** One pod, from its start to its end. */
export interface Pod extends Span {
  readonly life: number;
}

/** A daemon takes the same on every node, however small: with the others it always fits. */
const daemonCores = 0.05;
const daemonBytes = 100 * 2 ** 20;

export function podSlots(slot: NodeSlot): PodSlot[] {
  const { type } = slot;
  const cpuWeights = weights(slot, 1);
  const ramWeights = weights(slot, 2);
  const coresLeft = type.cores * between(0.35, 0.85, slot.seed, 20) - daemonCores;
  const bytesLeft = type.ramGiB * 2 ** 30 * between(0.35, 0.85, slot.seed, 21) - daemonBytes;
  return Array.from({ length: slot.pods }, (_, index) => {
    const seed = hash(slot.seed, salt.pod, index);
    const balancer = balancerBefore(slot, index);
    const volume = index > 0 && hasVolume(index) ? volumeOf(slot, index) : null;
    const workload = workloadOf(slot, index);
    return {
      slot,
      index,
      seed,
      workload,
      cores: index === 0 ? daemonCores : coresLeft * cpuWeights(index),
      ramBytes: index === 0 ? daemonBytes : Math.floor(bytesLeft * ramWeights(index)),
      // Behind the first places, which are the daemon's and the balancers'.
      gpus: index > 2 && index <= 2 + type.gpus ? 1 : 0,
      traffic: between(0.2, 2, seed, 4),
      volume,
      balancer,
      rhythm: rhythmOf(workload, seed, balancer !== null),
    };
  });
}

/** What the pods of a place belong to. */
export function workloadOf(slot: NodeSlot, index: number): Workload {
  const { workloads } = slot.cluster;
  if (index === 0) return workloads.daemon;
  if (balancerBefore(slot, index) !== null) return workloads.ingress;
  const any = hasVolume(index) ? workloads.stateful : workloads.others;
  return pick(any, hash(slot.seed, salt.pod, index, 3));
}

/** Of each pod but the daemon: its part of what the daemon leaves. */
function weights(slot: NodeSlot, column: number): (index: number) => number {
  const weight = (index: number) => between(0.3, 1.3, slot.seed, salt.pod, index, 10 + column);
  let sum = 0;
  for (let index = 1; index < slot.pods; index++) sum += weight(index);
  return (index) => weight(index) / sum;
}

/** The pods that a place on the node had in the window, oldest first, never two at a time. */
export function podsIn(place: PodSlot, node: Node, window: Span): Pod[] {
  const alive = overlap(node, window);
  if (!alive) return [];
  const { rhythm } = place;
  if (rhythm === null) return [{ start: node.start, end: node.end, life: 0 }];
  const pods: Pod[] = [];
  for (let life = Math.floor((alive.start - rhythm.offset) / rhythm.period); ; life++) {
    const begin = rhythm.offset + life * rhythm.period;
    if (begin >= alive.end) return pods;
    const span = overlap(node, {
      start: begin + rhythm.late,
      end: begin + rhythm.period - rhythm.early,
    });
    if (span && overlap(span, window)) pods.push({ start: span.start, end: span.end, life });
  }
}

interface Rhythm {
  readonly period: number;
  readonly offset: number;
  /** From the beginning of a period to the start of its pod. */
  readonly late: number;
  readonly early: number;
}

function rhythmOf(workload: Workload, seed: number, balanced: boolean): Rhythm | null {
  const h = hash(seed, salt.podLife);
  if (workload.kind === 'daemonset' || workload.kind === null) return null;
  if (workload.kind === 'statefulset') {
    // It is away around a midnight, so that its one name stands for one span in any day's set.
    const days = 2 + (h % 5);
    const period = days * day;
    const offset = (hash(h, 1) % days) * day;
    return { period, offset, late: (hash(h, 2) % 90) * minute, early: (hash(h, 3) % 120) * minute };
  }
  if (workload.kind === 'job') {
    const period = (90 + (h % 900)) * minute;
    const runs = 2 * minute + (hash(h, 1) % (35 * 60)) * second;
    return { period, offset: (hash(h, 2) % 40) * minute, late: 0, early: period - runs };
  }
  const longest = balanced ? 20 : 8;
  const period = 20 * hour + (h % (longest * 86_400)) * second;
  return { period, offset: (hash(h, 1) % 864_000) * second, late: 0, early: 0 };
}

const fiveLetters = 27 ** 5;

/** What the pod is called that has this place on this node. */
export function podName(place: PodSlot, node: Node, life: number): string {
  const { workload, slot, index } = place;
  // A bijection of (place, life) at one node, and so no two pods of a day share a name there.
  const own = (hash(node.slot.seed, node.life) % fiveLetters) + index * 3571 + (life & 0xfff);
  const tail = letters(((own % fiveLetters) * 7_919_993) % fiveLetters, 5);
  switch (workload.kind) {
    case 'statefulset':
      return `${workload.name}-${slot.firstPod + index}`;
    case 'job':
      return `${workload.name}-${28_000_000 + life}-${tail}`;
    case 'daemonset':
      return `${workload.name}-${tail}`;
    case null:
      return `${workload.name}-${tail}`;
    default:
      return `${workload.name}-${letters(hash(workload.seed, life), 9)}-${tail}`;
  }
}

/** How a pod's allocation comes about: one of request and use is the allocation, the other less. */
export function requestAndUse(seed: number, column: number): { request: number; usage: number } {
  const other = unit(seed, salt.container, column);
  return unit(seed, salt.container, column, 1) < 0.6
    ? { request: 1, usage: other }
    : { request: other, usage: 1 };
}

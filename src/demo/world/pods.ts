import { day, hour, minute, type Span, second } from '../../time.ts';
import { between, hash, letters, pick, unit } from '../random.ts';
import { overlap } from '../time.ts';
import { balancerOf } from './balancers.ts';
import type { Node, NodeSlot } from './nodes.ts';
import { salt } from './salt.ts';
import { hasVolume, type Volume, volumeOf } from './volumes.ts';
import type { Workload } from './workloads.ts';

/** A position for one pod at a time on the current node of a node slot. */
export interface PodSlot {
  readonly slot: NodeSlot;
  readonly index: number;
  readonly seed: number;
  readonly workload: Workload;
  /** Cores allocated while a pod runs: the larger of request and usage. */
  readonly cores: number;
  readonly ramBytes: number;
  readonly gpus: number;
  /** Weight of its network traffic among the pods of the node. */
  readonly traffic: number;
  readonly volume: Volume | null;
  readonly balancer: number | null;
  /** When its pods start and end; null: with the node. */
  readonly lifecycle: Lifecycle | null;
}

/** Lifetime of one pod. */
export interface Pod extends Span {
  readonly generation: number;
}

/** Resources of a DaemonSet pod, the same on every node and small enough for the smallest. */
const daemonCores = 0.05;
const daemonBytes = 100 * 2 ** 20;

/** Utilization of a node while all its pods run, as fractions of the node. */
function utilization(slot: NodeSlot): { cpu: number; ram: number } {
  return { cpu: between(0.35, 0.85, slot.seed, 20), ram: between(0.35, 0.85, slot.seed, 21) };
}

/** The larger of CPU and RAM utilization of a slot while all its pods run. */
export function maxUtilization(slot: NodeSlot): number {
  const { cpu, ram } = utilization(slot);
  return Math.max(cpu, ram);
}

export function podSlots(slot: NodeSlot): PodSlot[] {
  const { type } = slot;
  const cpuWeights = weights(slot, 1);
  const ramWeights = weights(slot, 2);
  const used = utilization(slot);
  const coresLeft = type.cores * used.cpu - daemonCores;
  const bytesLeft = type.ramGiB * 2 ** 30 * used.ram - daemonBytes;
  return Array.from({ length: slot.pods }, (_, index) => {
    const seed = hash(slot.seed, salt.pod, index);
    const balancer = balancerOf(slot, index);
    const volume = index > 0 && hasVolume(index) ? volumeOf(slot, index) : null;
    const workload = workloadOf(slot, index);
    return {
      slot,
      index,
      seed,
      workload,
      cores: index === 0 ? daemonCores : coresLeft * cpuWeights(index),
      ramBytes: index === 0 ? daemonBytes : Math.floor(bytesLeft * ramWeights(index)),
      // Slots 0 to 2 belong to the DaemonSet and to the load balancers.
      gpus: index > 2 && index <= 2 + type.gpus ? 1 : 0,
      traffic: between(0.2, 2, seed, 4),
      volume,
      balancer,
      lifecycle: lifecycleOf(workload, seed, balancer !== null),
    };
  });
}

/** The workload that the pods of a slot belong to. */
export function workloadOf(slot: NodeSlot, index: number): Workload {
  const { workloads } = slot.cluster;
  if (index === 0) return workloads.daemon;
  if (balancerOf(slot, index) !== null) return workloads.ingress;
  const any = hasVolume(index) ? workloads.stateful : workloads.others;
  return pick(any, hash(slot.seed, salt.pod, index, 3));
}

/** Share of each pod but the DaemonSet one in what that one leaves of the node. */
function weights(slot: NodeSlot, column: number): (index: number) => number {
  const weight = (index: number) => between(0.3, 1.3, slot.seed, salt.pod, index, 10 + column);
  let sum = 0;
  for (let index = 1; index < slot.pods; index++) sum += weight(index);
  return (index) => weight(index) / sum;
}

/** Pods of a slot on one node that ran in the window: oldest first, never two at a time. */
export function podsIn(podSlot: PodSlot, node: Node, window: Span): Pod[] {
  const alive = overlap(node, window);
  if (!alive) return [];
  const { lifecycle } = podSlot;
  if (lifecycle === null) return [{ start: node.start, end: node.end, generation: 0 }];
  const pods: Pod[] = [];
  for (
    let generation = Math.floor((alive.start - lifecycle.offset) / lifecycle.period);
    ;
    generation++
  ) {
    const begin = lifecycle.offset + generation * lifecycle.period;
    if (begin >= alive.end) return pods;
    const span = overlap(node, {
      start: begin + lifecycle.late,
      end: begin + lifecycle.period - lifecycle.early,
    });
    if (span && overlap(span, window)) pods.push({ start: span.start, end: span.end, generation });
  }
}

interface Lifecycle {
  readonly period: number;
  readonly offset: number;
  /** Time from the start of a period to the start of its pod. */
  readonly late: number;
  readonly early: number;
}

function lifecycleOf(workload: Workload, seed: number, balanced: boolean): Lifecycle | null {
  const h = hash(seed, salt.podLife);
  if (workload.kind === 'daemonset' || workload.kind === null) return null;
  if (workload.kind === 'statefulset') {
    // It is down around a midnight: its name is always the same and may have one span per daily set only.
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
/** So many pods of one slot in a row have different names: more than run there in a day. */
const podsWithOwnName = 32;

/** Name of the pod that runs in a slot of a node; no two pods of a day share one in a cluster. */
export function podName(podSlot: PodSlot, node: Node, generation: number): string {
  const { workload, slot, index } = podSlot;
  const inSlot = (generation + 17 * node.generation) & (podsWithOwnName - 1);
  const inCluster = (slot.firstPod + index) * podsWithOwnName + inSlot;
  const own = (hash(slot.cluster.seed, salt.podLife) + inCluster) % fiveLetters;
  const tail = letters((own * 7_919_993) % fiveLetters, 5);
  switch (workload.kind) {
    case 'statefulset':
      return `${workload.name}-${slot.firstPod + index}`;
    case 'job':
      return `${workload.name}-${28_000_000 + generation}-${tail}`;
    case 'daemonset':
      return `${workload.name}-${tail}`;
    case null:
      return `${workload.name}-${tail}`;
    default:
      return `${workload.name}-${letters(hash(workload.seed, generation), 9)}-${tail}`;
  }
}

/** Request and usage as fractions of the allocation, which is the larger of both. */
export function requestAndUse(seed: number, column: number): { request: number; usage: number } {
  const other = unit(seed, salt.container, column);
  return unit(seed, salt.container, column, 1) < 0.6
    ? { request: 1, usage: other }
    : { request: other, usage: 1 };
}

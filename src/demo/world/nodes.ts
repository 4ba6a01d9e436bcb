import { day, hour, minute, type Span } from '../../time.ts';
import { between, hash, pick, unit } from '../random.ts';
import { overlap } from '../time.ts';
import type { Cluster } from './clusters.ts';
import type { NodeType } from './providers.ts';
import { salt } from './salt.ts';

/** A position in a node pool, filled by one `Node` after another. */
export interface NodeSlot {
  /** Index among all slots of the world. */
  readonly index: number;
  /** Index among the slots of the cluster; the node of the first is permanent. */
  readonly order: number;
  readonly seed: number;
  readonly cluster: Cluster;
  readonly type: NodeType;
  readonly spot: boolean;
  /** Discount on CPU and RAM, not on GPU: 0 to 1. */
  readonly discount: number;
  /** Dollars per core-hour, GiB-hour and GPU-hour, before the discount. */
  readonly coreHour: number;
  readonly gibHour: number;
  readonly gpuHour: number;
  /** Dollars per hour for the traffic of all its pods. */
  readonly networkHour: number;
  /** Pods that run on it at a time. */
  readonly pods: number;
  /** Pods on the preceding slots of the cluster. */
  readonly firstPod: number;
  /** Lifetime of a node and the pause before its successor, in ms; null: the node is permanent. */
  readonly turnover: {
    readonly period: number;
    readonly gap: number;
    readonly offset: number;
  } | null;
}

/** One machine with its lifetime. Its names are created on first use. */
export class Node implements Span {
  readonly slot: NodeSlot;
  readonly generation: number;
  readonly start: number;
  readonly end: number;
  #name: string | undefined;
  #providerID: string | undefined;

  constructor(slot: NodeSlot, generation: number, span: Span) {
    this.slot = slot;
    this.generation = generation;
    this.start = span.start;
    this.end = span.end;
  }

  get #hash(): number {
    return hash(this.slot.seed, salt.nodeLife, this.generation);
  }

  get name(): string {
    const { cluster, index } = this.slot;
    this.#name ??= cluster.provider.nodeName(cluster.id, cluster.region, index, this.generation);
    return this.#name;
  }

  get providerID(): string {
    const { cluster } = this.slot;
    this.#providerID ??= cluster.provider.nodeID(this.name, cluster.account, this.#hash);
    return this.#providerID;
  }

  get bootDisk(): { readonly providerID: string; readonly bytes: number } {
    return {
      providerID: this.slot.cluster.provider.bootDiskID(this.providerID, this.#hash),
      bytes: (50 + 50 * (this.slot.seed % 3)) * 2 ** 30,
    };
  }
}

export function makeSlot(
  cluster: Cluster,
  { index, order, pods, firstPod }: Pick<NodeSlot, 'index' | 'order' | 'pods' | 'firstPod'>,
): NodeSlot {
  const seed = hash(cluster.seed, salt.node, order);
  const chance = order === 0 ? 0 : unit(seed, 1);
  const spot = chance > 0.75;
  const types = cluster.provider.nodeTypes;
  const type = order === 0 || unit(seed, 2) < 0.3 ? pick(types, 0) : pick(types, hash(seed, 3));
  const price = (spot ? between(0.25, 0.4, seed, 4) : 1) * between(0.95, 1.1, seed, 5);
  return {
    index,
    order,
    seed,
    cluster,
    type,
    spot,
    discount: spot || unit(seed, 6) < 0.3 ? 0 : between(0.02, 0.35, seed, 7),
    coreHour: type.coreHour * price,
    gibHour: type.gibHour * price,
    gpuHour: type.gpuHour * price,
    networkHour: between(0.0005, 0.02, seed, 8),
    pods,
    firstPod,
    turnover: chance < 0.55 ? null : turnover(seed, spot),
  };
}

/** Spot nodes live for hours, others for one or two weeks. */
function turnover(seed: number, spot: boolean): NodeSlot['turnover'] {
  const period = spot
    ? Math.round(between(9, 60, seed, 10)) * hour + (hash(seed, 11) % 60) * minute
    : Math.round(between(5, 18, seed, 12)) * day + (hash(seed, 13) % 1440) * minute;
  const gap = (5 + (hash(seed, 14) % (spot ? 240 : 20))) * minute;
  return { period, gap, offset: (hash(seed, 15) % Math.round(period / minute)) * minute };
}

/** Nodes of a slot whose lifetime overlaps the window, oldest first. */
export function nodesIn(slot: NodeSlot, window: Span): Node[] {
  if (slot.turnover === null)
    return [new Node(slot, 0, { start: 0, end: Number.MAX_SAFE_INTEGER })];
  const { period, gap, offset } = slot.turnover;
  const nodes: Node[] = [];
  for (let generation = Math.floor((window.start - offset) / period); ; generation++) {
    const start = offset + generation * period;
    if (start >= window.end) return nodes;
    const span = { start, end: start + period - gap };
    if (overlap(span, window)) nodes.push(new Node(slot, generation, span));
  }
}

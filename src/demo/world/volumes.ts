import { hash, hex, pick } from '../random.ts';
import type { NodeSlot } from './nodes.ts';
import { salt } from './salt.ts';

/** A persistent volume. It exists all the time, also while no pod mounts it. */
export interface Volume {
  readonly slot: NodeSlot;
  readonly pod: number;
  readonly seed: number;
  readonly name: string;
  readonly providerID: string;
  readonly bytes: number;
  /** Dollars an hour. */
  readonly price: number;
}

const sizes = [8, 20, 32, 100, 250];

/** Every sixth pod of a node has a volume: the one whose index has this remainder. */
const remainder = 4;

export function hasVolume(pod: number): boolean {
  return pod % 6 === remainder;
}

export function volumeOf(slot: NodeSlot, pod: number): Volume {
  const { cluster } = slot;
  const h = hash(slot.seed, salt.volume, pod);
  const tail = hex(hash(h, 1));
  const name = `pvc-${hex(h)}-${tail.slice(0, 4)}-4${tail.slice(4, 7)}-8${hex(hash(h, 2)).slice(0, 3)}-${hex(slot.index)}${hex(pod).slice(4)}`;
  const gib = pick(sizes, hash(h, 3));
  return {
    slot,
    pod,
    seed: h,
    name,
    providerID: cluster.provider.volumeID(name, cluster.account, hash(h, 4)),
    bytes: gib * 2 ** 30,
    price: gib * cluster.provider.diskHour,
  };
}

export function volumeCount(slot: NodeSlot): number {
  return Math.max(0, Math.ceil((slot.pods - remainder) / 6));
}

export function* volumesOf(slot: NodeSlot): Generator<Volume> {
  for (let pod = remainder; pod < slot.pods; pod += 6) yield volumeOf(slot, pod);
}

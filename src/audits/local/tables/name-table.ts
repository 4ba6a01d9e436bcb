import { Pages, pageSize } from './pages.ts';

let lastName = '';
let lastHash = hashOf(lastName);

/** A name as a number of 53 bits: two names with the same one are not to be expected in a day's rows. */
export function nameHash(name: string): number {
  // several audits ask for the hash of one row
  if (name !== lastName) {
    lastName = name;
    lastHash = hashOf(name);
  }
  return lastHash;
}

function hashOf(name: string): number {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x5bd1e995) ^ (low >>> 15);
  }
  high = mixed(high ^ name.length);
  low = mixed(low ^ high);
  return (high & 0x1f_ffff) * 2 ** 32 + (low >>> 0);
}

function mixed(hash: number): number {
  let mix = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return mix ^ (mix >>> 16);
}

/** Numbers from 0 for the names it is given, in some 14 bytes a name, since it keeps no text. */
export class NameTable {
  #slots = new Uint32Array(1024);
  readonly #hashes = new Pages(() => new Float64Array(pageSize));
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The hash of a number that `id` gave out. */
  hash(id: number): number {
    return this.#hashes.known(id)?.[id % pageSize] ?? 0;
  }

  id(hash: number): number {
    const mask = this.#slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const found = this.#slots[at] ?? 0;
      if (found === 0) return this.#insert(hash, at);
      if (this.hash(found - 1) === hash) return found - 1;
    }
  }

  #insert(hash: number, at: number): number {
    const id = this.#size++;
    this.#hashes.of(id)[id % pageSize] = hash;
    this.#slots[at] = id + 1;
    if (this.#size * 4 > this.#slots.length * 3) this.#rehash();
    return id;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#size; id++) {
      let at = this.hash(id) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = id + 1;
    }
    this.#slots = slots;
  }
}

import { Pages, pageSize } from './pages.ts';

/** The two halves of a hash, and of how many units it is. */
let [high, low, length] = [0, 0, 0];
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
  begin();
  add(name);
  return hashSoFar();
}

/** The same of the names joined by slashes, of which no text is made. */
export function pathHash(first: string, second: string, third: string, fourth: string): number {
  begin();
  add(first);
  add('/');
  add(second);
  add('/');
  add(third);
  add('/');
  add(fourth);
  return hashSoFar();
}

function begin(): void {
  high = 0x811c9dc5 | 0;
  low = 0x9747b28c | 0;
  length = 0;
}

function add(text: string): void {
  let nextHigh = high;
  let nextLow = low;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    nextHigh = Math.imul(nextHigh ^ code, 0x01000193);
    nextLow = Math.imul(nextLow ^ code, 0x5bd1e995) ^ (nextLow >>> 15);
  }
  high = nextHigh;
  low = nextLow;
  length += text.length;
}

function hashSoFar(): number {
  const mixedHigh = mixed(high ^ length);
  const mixedLow = mixed(low ^ mixedHigh);
  return (mixedHigh & 0x1f_ffff) * 2 ** 32 + (mixedLow >>> 0);
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
  #last = -1;

  get size(): number {
    return this.#size;
  }

  /** The hash of a number that `id` gave out. */
  hash(id: number): number {
    return this.#hashes.known(id)?.[id % pageSize] ?? 0;
  }

  id(hash: number): number {
    // a response has its names in the order of the one before it
    const next = this.#last + 1;
    this.#last = next < this.#size && this.hash(next) === hash ? next : this.#find(hash);
    return this.#last;
  }

  #find(hash: number): number {
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

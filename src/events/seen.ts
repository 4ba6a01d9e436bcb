/** Fingerprints of 64 bits, as two numbers of 32: 16 bytes each at most, whatever they stand for. */
export class Seen {
  size = 0;
  #slots: Uint32Array;

  constructor(slots = 1024) {
    this.#slots = new Uint32Array(2 * slots);
  }

  has(low: number, high: number): boolean {
    const at = this.#find(low >>> 0, high >>> 0 || 1);
    return this.#slots[at + 1] !== 0;
  }

  /** False where it was there already. */
  add(low: number, high: number): boolean {
    const marked = high >>> 0 || 1; // 0 marks a free slot
    const at = this.#find(low >>> 0, marked);
    if (this.#slots[at + 1] !== 0) return false;
    this.#slots[at] = low >>> 0;
    this.#slots[at + 1] = marked;
    if (++this.size * 4 > this.#slots.length) this.#grow();
    return true;
  }

  addAll(others: Seen): void {
    for (let at = 0; at < others.#slots.length; at += 2) {
      const high = others.#slots[at + 1] ?? 0;
      if (high !== 0) this.add(others.#slots[at] ?? 0, high);
    }
  }

  #find(low: number, high: number): number {
    const mask = this.#slots.length - 1;
    for (let at = (low << 1) & mask; ; at = (at + 2) & mask) {
      const there = this.#slots[at + 1];
      if (there === 0 || (there === high && this.#slots[at] === low)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      const [low = 0, high = 0] = [old[at], old[at + 1]];
      if (high === 0) continue;
      const to = this.#find(low, high);
      this.#slots[to] = low;
      this.#slots[to + 1] = high;
    }
  }
}

/** A fingerprint in the making: numbers go in one by one, two independent mixes come out. */
export class Fingerprint {
  low = 0;
  high = 0;

  start(low: number, high: number): void {
    this.low = low;
    this.high = high;
  }

  number(value: number): void {
    this.low = mix(this.low ^ (value | 0), 0x85ebca6b, 13);
    this.high = mix(this.high ^ (value | 0), 0xc2b2ae35, 15);
  }

  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.number(text.charCodeAt(i));
    this.number(text.length);
  }
}

function mix(value: number, factor: number, shift: number): number {
  const product = Math.imul(value, factor);
  const turned = (product << shift) | (product >>> (32 - shift));
  return Math.imul(turned ^ (turned >>> 16), 0x27d4eb2f);
}

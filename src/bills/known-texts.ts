/** Texts that a column remembers at once: their number, the bytes of one, and of all. */
const maxTexts = 65_536;
export const maxKnownLength = 255;
const maxBytes = 8 * 1024 * 1024;

const wordBytes = 4;

/**
 * The texts of a column by their bytes, so that one that comes back is found without decoding it: a hash table
 * with linear probing. When it is full it starts again, so memory is bound.
 */
export class KnownTexts {
  /** By number. */
  readonly #texts: string[] = [];
  #starts = new Int32Array(16);
  #lengths = new Uint8Array(16);
  #hashes = new Int32Array(16);
  /** All of them one after the other. */
  #bytes = new DataView(new ArrayBuffer(512));
  #used = 0;
  /** Number and 1 of a text, at or after the place of its hash; 0 where there is none. Twice as many or more. */
  #table = new Int32Array(32);
  #hash = 0;
  /** The number of the text that was found last; it is for another text after the table starts again. */
  number = 0;

  /**
   * The text at these bytes; undefined where it is not known, and can be added.
   *
   * @param length 1 to {@link maxKnownLength}
   */
  find(view: DataView, start: number, length: number): string | undefined {
    // most columns repeat the value of the line before
    if (this.#isAt(this.number, view, start, length)) return this.#texts[this.number];
    const table = this.#table;
    const mask = table.length - 1;
    this.#hash = hashOf(view, start, length);
    for (let at = this.#hash & mask; ; at = (at + 1) & mask) {
      const number = (table[at] ?? 0) - 1;
      if (number < 0) return undefined;
      if (this.#isAt(number, view, start, length)) {
        this.number = number;
        return this.#texts[number];
      }
    }
  }

  /** Keeps the text that was just not found. */
  add(text: string, view: DataView, start: number, length: number): void {
    if (this.#texts.length === maxTexts || this.#used + length > maxBytes) this.#clear();
    const number = this.#texts.length;
    if (number === this.#starts.length) this.#growTexts();
    if (this.#used + length > this.#bytes.byteLength) this.#growBytes(this.#used + length);
    const to = this.#used;
    for (let at = 0; at < length; at++) this.#bytes.setUint8(to + at, view.getUint8(start + at));
    this.#used += length;
    this.#texts.push(text);
    this.#starts[number] = to;
    this.#lengths[number] = length;
    this.#hashes[number] = this.#hash;
    this.number = number;
    this.#place(number);
  }

  #isAt(number: number, view: DataView, start: number, length: number): boolean {
    if (this.#lengths[number] !== length) return false;
    const known = this.#bytes;
    const from = this.#starts[number] ?? 0;
    if (length < wordBytes) {
      for (let at = 0; at < length; at++) {
        if (known.getUint8(from + at) !== view.getUint8(start + at)) return false;
      }
      return true;
    }
    // the last word overlaps the one before it; texts differ at their end, so it is the first
    const last = length - wordBytes;
    if (known.getInt32(from + last) !== view.getInt32(start + last)) return false;
    for (let at = 0; at < last; at += wordBytes) {
      if (known.getInt32(from + at) !== view.getInt32(start + at)) return false;
    }
    return true;
  }

  #place(number: number): void {
    const mask = this.#table.length - 1;
    let at = (this.#hashes[number] ?? 0) & mask;
    while (this.#table[at] !== 0) at = (at + 1) & mask;
    this.#table[at] = number + 1;
  }

  #growTexts(): void {
    const size = 2 * this.#starts.length;
    const { starts, lengths, hashes } = {
      starts: this.#starts,
      lengths: this.#lengths,
      hashes: this.#hashes,
    };
    this.#starts = new Int32Array(size);
    this.#lengths = new Uint8Array(size);
    this.#hashes = new Int32Array(size);
    this.#starts.set(starts);
    this.#lengths.set(lengths);
    this.#hashes.set(hashes);
    this.#table = new Int32Array(2 * size);
    for (let number = 0; number < this.#texts.length; number++) this.#place(number);
  }

  #growBytes(needed: number): void {
    const bytes = new Uint8Array(2 * needed);
    bytes.set(new Uint8Array(this.#bytes.buffer));
    this.#bytes = new DataView(bytes.buffer);
  }

  #clear(): void {
    this.#texts.length = 0;
    this.#lengths.fill(0);
    this.#table.fill(0);
    this.#used = 0;
  }
}

function hashOf(view: DataView, start: number, length: number): number {
  let hash = length;
  const whole = length - (length % wordBytes);
  for (let at = 0; at < whole; at += wordBytes) {
    hash = Math.imul(hash ^ view.getInt32(start + at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (let at = whole; at < length; at++) {
    hash = Math.imul(hash ^ view.getUint8(start + at), 0x85ebca6b);
  }
  return hash ^ (hash >>> 16);
}

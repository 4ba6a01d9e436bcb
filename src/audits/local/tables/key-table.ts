import { NameTable, nameHash } from './name-table.ts';

const pageBytes = 0x1_0000;

/**
 * Numbers from 0 for keys, which can be had back: their texts stand one after the other in bytes, since
 * a text and a Map of its own take a key three times the memory.
 */
export class KeyTable {
  readonly #names = new NameTable();
  readonly #ends: number[] = [];
  readonly #pages: Buffer[] = [];
  #length = 0;
  /** Keys that UTF-8 cannot hold. */
  readonly #nonUtf8 = new Map<number, string>();

  get size(): number {
    return this.#names.size;
  }

  id(key: string): number {
    const id = this.#names.id(nameHash(key));
    if (id === this.#ends.length) this.#keep(id, key);
    return id;
  }

  /** The key that `id` was given out for. */
  key(id: number): string {
    const nonUtf8 = this.#nonUtf8.get(id);
    if (nonUtf8 !== undefined) return nonUtf8;
    const bytes: Buffer[] = [];
    const end = this.#ends[id] ?? 0;
    for (let at = this.#ends[id - 1] ?? 0; at < end; ) {
      const place = at % pageBytes;
      const taken = Math.min(end - at, pageBytes - place);
      const page = this.#pages[Math.floor(at / pageBytes)];
      if (page) bytes.push(page.subarray(place, place + taken));
      at += taken;
    }
    return Buffer.concat(bytes).toString();
  }

  #keep(id: number, key: string): void {
    const bytes = Buffer.from(key);
    // half of a surrogate pair
    if (bytes.length !== key.length && bytes.toString() !== key) this.#nonUtf8.set(id, key);
    for (let at = 0; at < bytes.length; ) {
      const place = this.#length % pageBytes;
      if (place === 0) this.#pages.push(Buffer.allocUnsafeSlow(pageBytes));
      const taken = Math.min(bytes.length - at, pageBytes - place);
      this.#pages.at(-1)?.set(bytes.subarray(at, at + taken), place);
      at += taken;
      this.#length += taken;
    }
    this.#ends.push(this.#length);
  }
}

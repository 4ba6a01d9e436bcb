/** A cache of the `limit` most recently used values. */
export class LruCache<T> {
  readonly #made = new Map<string, T>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string, make: () => T): T {
    const known = this.#made.get(key) ?? make();
    this.#made.delete(key);
    this.#made.set(key, known);
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= this.#limit) break;
      this.#made.delete(oldest);
    }
    return known;
  }
}

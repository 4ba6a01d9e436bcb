/** The sums of two sources under the same keys, one expected and one actual. */
export class Sides {
  readonly #ids = new Map<string, number>();
  #sides = { expected: new Side(), actual: new Side() };
  #lastKey: string | null = null;
  #lastId = 0;

  /** Begins a side anew: an answer that broke off is read again from its start. */
  restart(side: SideName): void {
    this.#sides[side] = new Side();
  }

  add(side: SideName, key: string, amount: number): void {
    // rows of one node or namespace often follow each other
    if (key !== this.#lastKey) {
      this.#lastKey = key;
      this.#lastId = this.#idOf(key);
    }
    this.#sides[side].add(this.#lastId, amount);
  }

  #idOf(key: string): number {
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(key, id);
    }
    return id;
  }

  *[Symbol.iterator](): Generator<{ key: string; expected: SideSum; actual: SideSum }> {
    const { expected, actual } = this.#sides;
    for (const [key, id] of this.#ids) {
      const entry = { key, expected: expected.sum(id), actual: actual.sum(id) };
      if (entry.expected.rows + entry.actual.rows > 0) yield entry;
    }
  }
}

export type SideName = 'expected' | 'actual';

export interface SideSum {
  readonly value: number;
  /** How many printed amounts it was added up from; 0: the side has no such key. */
  readonly rows: number;
}

/** Compensated sums in columns: what a key costs is its text and some 20 bytes for each side. */
class Side {
  #sums = new Float64Array(0);
  #lost = new Float32Array(0);
  #rows = new Uint32Array(0);

  add(id: number, amount: number): void {
    if (id >= this.#rows.length) this.#grow(id + 1);
    const before = this.#sums[id] ?? 0;
    const sum = before + amount;
    const lost =
      Math.abs(before) >= Math.abs(amount) ? before - sum + amount : amount - sum + before;
    this.#sums[id] = sum;
    this.#lost[id] = (this.#lost[id] ?? 0) + lost;
    this.#rows[id] = (this.#rows[id] ?? 0) + 1;
  }

  sum(id: number): SideSum {
    return {
      value: (this.#sums[id] ?? 0) + (this.#lost[id] ?? 0),
      rows: this.#rows[id] ?? 0,
    };
  }

  #grow(least: number): void {
    const length = Math.max(16, least, Math.ceil(this.#rows.length * 1.25));
    const [sums, lost, rows] = [this.#sums, this.#lost, this.#rows];
    this.#sums = new Float64Array(length);
    this.#lost = new Float32Array(length);
    this.#rows = new Uint32Array(length);
    this.#sums.set(sums);
    this.#lost.set(lost);
    this.#rows.set(rows);
  }
}

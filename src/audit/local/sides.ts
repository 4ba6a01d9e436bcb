import { Pages, pageSize } from './pages.ts';

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

/** Compensated sums in columns: what a key costs is its text and 16 bytes for each side. */
class Side {
  readonly #pages = new Pages(() => ({
    sums: new Float64Array(pageSize),
    lost: new Float32Array(pageSize),
    rows: new Uint32Array(pageSize),
  }));

  add(id: number, amount: number): void {
    const { sums, lost, rows } = this.#pages.of(id);
    const at = id % pageSize;
    const before = sums[at] ?? 0;
    const sum = before + amount;
    const rest =
      Math.abs(before) >= Math.abs(amount) ? before - sum + amount : amount - sum + before;
    sums[at] = sum;
    lost[at] = (lost[at] ?? 0) + rest;
    rows[at] = (rows[at] ?? 0) + 1;
  }

  sum(id: number): SideSum {
    const page = this.#pages.known(id);
    const at = id % pageSize;
    return {
      value: (page?.sums[at] ?? 0) + (page?.lost[at] ?? 0),
      rows: page?.rows[at] ?? 0,
    };
  }
}

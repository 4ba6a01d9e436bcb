import { KeyTable } from './tables/key-table.ts';
import { Pages, pageSize } from './tables/pages.ts';

/**
 * The sums of two sources under the same keys, one expected and one actual. Keys have ids, since there may
 * be so many that no object can be made of each.
 */
export class Sides {
  readonly #keys = new KeyTable();
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
      this.#lastId = this.#keys.id(key);
    }
    this.#sides[side].add(this.#lastId, amount);
  }

  /** Ids go from 0 up to here; a key may have rows on no side, where an answer was begun anew. */
  get size(): number {
    return this.#keys.size;
  }

  key(id: number): string {
    return this.#keys.key(id);
  }

  /** What the amounts of one side under a key add up to. */
  value(side: SideName, id: number): number {
    return this.#sides[side].value(id);
  }

  /** How many printed amounts that was added up from; 0: the side has no such key. */
  rows(side: SideName, id: number): number {
    return this.#sides[side].rows(id);
  }
}

export type SideName = 'expected' | 'actual';

/** Compensated sums in columns: 16 bytes a key. */
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

  value(id: number): number {
    const page = this.#pages.known(id);
    const at = id % pageSize;
    return (page?.sums[at] ?? 0) + (page?.lost[at] ?? 0);
  }

  rows(id: number): number {
    return this.#pages.known(id)?.rows[id % pageSize] ?? 0;
  }
}

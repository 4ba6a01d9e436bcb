import type { SideName } from './sides.ts';
import { NameTable, nameHash } from './tables/name-table.ts';
import { Pages, pageSize } from './tables/pages.ts';

const bit = { expected: 1, actual: 2 } as const;

/**
 * One amount a row from each of two answers, by the rows' names, of which only hashes are kept. A
 * second look names the rows that the first one found to differ.
 */
export class RowSides {
  readonly #table = new NameTable();
  readonly #suspects: ReadonlySet<number>;
  readonly #names = new Map<number, string>();
  readonly #pages = new Pages(() => ({
    expected: new Float64Array(pageSize),
    actual: new Float64Array(pageSize),
    seen: new Uint8Array(pageSize),
  }));

  constructor(suspects: ReadonlySet<number>) {
    this.#suspects = suspects;
  }

  restart(side: SideName): void {
    for (let id = 0; id < this.#table.size; id++) {
      const page = this.#pages.of(id);
      const at = id % pageSize;
      page[side][at] = 0;
      page.seen[at] = (page.seen[at] ?? 0) & ~bit[side];
    }
  }

  add(side: SideName, name: string, amount: number): void {
    const hash = nameHash(name);
    const id = this.#table.id(hash);
    const page = this.#pages.of(id);
    const at = id % pageSize;
    page[side][at] = (page[side][at] ?? 0) + amount;
    page.seen[at] = (page.seen[at] ?? 0) | bit[side];
    if (this.#suspects.has(hash)) this.#names.set(hash, name);
  }

  /** Rows have ids from 0 up to here. */
  get size(): number {
    return this.#table.size;
  }

  hash(id: number): number {
    return this.#table.hash(id);
  }

  /** Null where that answer has no such row. */
  amount(side: SideName, id: number): number | null {
    const page = this.#pages.of(id);
    const at = id % pageSize;
    return (page.seen[at] ?? 0) & bit[side] ? (page[side][at] ?? 0) : null;
  }

  /** The name of a suspect; before the second look, a stand-in that is the same in both. */
  nameOf(hash: number): string {
    return this.#names.get(hash) ?? `row ${hash.toString(36)}`;
  }
}

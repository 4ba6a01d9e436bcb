import { NameTable, nameHash } from './name-table.ts';
import { Pages, pageSize } from './pages.ts';
import type { SideName } from './sides.ts';

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

  *[Symbol.iterator](): Generator<{
    readonly hash: number;
    readonly expected: number | null;
    readonly actual: number | null;
  }> {
    for (let id = 0; id < this.#table.size; id++) {
      const { expected, actual, seen } = this.#pages.of(id);
      const at = id % pageSize;
      const sides = seen[at] ?? 0;
      if (sides === 0) continue;
      yield {
        hash: this.#table.hash(id),
        expected: sides & bit.expected ? (expected[at] ?? 0) : null,
        actual: sides & bit.actual ? (actual[at] ?? 0) : null,
      };
    }
  }

  /** The name of a suspect; before the second look, a stand-in that is the same in both. */
  nameOf(hash: number): string {
    return this.#names.get(hash) ?? `row ${hash.toString(36)}`;
  }
}

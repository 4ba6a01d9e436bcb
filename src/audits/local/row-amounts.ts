import type { SideName } from './keyed-sums.ts';
import { NameTable, nameHash } from './tables/name-table.ts';
import { Pages, pageSize } from './tables/pages.ts';

const bit = { expected: 1, actual: 2 } as const;

/**
 * One amount for each row of two responses, by the rows' names, of which only hashes are kept. A second
 * look names the rows that the first one found to differ.
 */
export class RowAmounts {
  readonly #table = new NameTable();
  readonly #suspects: ReadonlySet<number>;
  readonly #names = new Map<number, string>();
  readonly #pages = new Pages(() => ({
    expected: new Float64Array(pageSize),
    actual: new Float64Array(pageSize),
    seen: new Uint8Array(pageSize),
  }));

  /** @param suspects hashes of the rows whose names are kept */
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

  /** Null where that response has no such row. */
  amount(side: SideName, id: number): number | null {
    const page = this.#pages.of(id);
    const at = id % pageSize;
    return (page.seen[at] ?? 0) & bit[side] ? (page[side][at] ?? 0) : null;
  }

  /** The name of a suspect; before the second look a placeholder, see {@link hashOfPlaceholder}. */
  name(id: number): string {
    const hash = this.#table.hash(id);
    return this.#names.get(hash) ?? placeholder(hash);
  }
}

/** What an audit may read of the amounts. */
export type RowTotals = Readonly<Omit<RowAmounts, 'add' | 'restart'>>;

/** What stands for the name of a row of which only the hash is known. */
export function placeholder(hash: number): string {
  return `row ${hash.toString(36)}`;
}

/** The hash of a {@link placeholder}; null: the text is a name. */
export function hashOfPlaceholder(text: string): number | null {
  const digits = /^row ([0-9a-z]{1,11})$/.exec(text)?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 36);
}

import { NameTable, nameHash } from './name-table.ts';
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
  #expected = new Float64Array(0);
  #actual = new Float64Array(0);
  #seen = new Uint8Array(0);

  constructor(suspects: ReadonlySet<number>) {
    this.#suspects = suspects;
  }

  restart(side: SideName): void {
    for (let id = 0; id < this.#seen.length; id++)
      this.#seen[id] = (this.#seen[id] ?? 0) & ~bit[side];
    this.#amounts(side).fill(0);
  }

  add(side: SideName, name: string, amount: number): void {
    const hash = nameHash(name);
    const id = this.#table.id(hash);
    if (id >= this.#seen.length) this.#grow(id + 1);
    const amounts = this.#amounts(side);
    amounts[id] = (amounts[id] ?? 0) + amount;
    this.#seen[id] = (this.#seen[id] ?? 0) | bit[side];
    if (this.#suspects.has(hash)) this.#names.set(hash, name);
  }

  *[Symbol.iterator](): Generator<{
    readonly hash: number;
    readonly expected: number | null;
    readonly actual: number | null;
  }> {
    for (let id = 0; id < this.#table.size; id++) {
      const seen = this.#seen[id] ?? 0;
      if (seen === 0) continue;
      yield {
        hash: this.#table.hash(id),
        expected: seen & bit.expected ? (this.#expected[id] ?? 0) : null,
        actual: seen & bit.actual ? (this.#actual[id] ?? 0) : null,
      };
    }
  }

  /** The name of a suspect; before the second look, a stand-in that is the same in both. */
  nameOf(hash: number): string {
    return this.#names.get(hash) ?? `row ${hash.toString(36)}`;
  }

  #amounts(side: SideName): Float64Array {
    return side === 'expected' ? this.#expected : this.#actual;
  }

  #grow(least: number): void {
    const length = Math.max(64, Math.ceil(least * 1.3));
    const [expected, actual, seen] = [this.#expected, this.#actual, this.#seen];
    this.#expected = new Float64Array(length);
    this.#actual = new Float64Array(length);
    this.#seen = new Uint8Array(length);
    this.#expected.set(expected);
    this.#actual.set(actual);
    this.#seen.set(seen);
  }
}

import type { Components } from '../../costs/components.ts';
import { ComponentSums, type ComponentTotals } from './component-sums.ts';
import type { SideName } from './sides.ts';
import { KeyTable } from './tables/key-table.ts';
import { NameTable, nameHash } from './tables/name-table.ts';
import { Pages, pageSize } from './tables/pages.ts';

const bit = { expected: 1, actual: 2 } as const;

/**
 * One amount for each row of two responses, by the rows' names, of which only hashes are kept. A second
 * look names the rows that the first one found to differ. Cost components are kept by row and by node;
 * of very many rows by node only.
 */
export class RowAmounts {
  readonly #table = new NameTable();
  readonly #suspects: ReadonlySet<number>;
  readonly #names = new Map<number, string>();
  readonly #components = new ComponentSums();
  readonly #nodes = new KeyTable();
  #lastNode: { readonly prefix: string; readonly id: number } | null = null;
  readonly #nodeComponents = new ComponentSums();
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
    this.#components.restart(side);
    this.#nodeComponents.restart(side);
    for (let id = 0; id < this.#table.size; id++) {
      const page = this.#pages.of(id);
      const at = id % pageSize;
      page[side][at] = 0;
      page.seen[at] = (page.seen[at] ?? 0) & ~bit[side];
    }
  }

  /** @param components null where they are not known */
  add(side: SideName, name: string, amount: number, components: Components | null): void {
    const hash = nameHash(name);
    const id = this.#table.id(hash);
    const page = this.#pages.of(id);
    const at = id % pageSize;
    const amounts = side === 'expected' ? page.expected : page.actual;
    amounts[at] = (amounts[at] ?? 0) + amount;
    page.seen[at] = (page.seen[at] ?? 0) | (side === 'expected' ? bit.expected : bit.actual);
    if (this.#suspects.size > 0 && this.#suspects.has(hash)) this.#names.set(hash, name);
    if (components === null) return;
    this.#components.add(side, id, components);
    this.#nodeComponents.add(side, this.#nodeId(name), components);
  }

  /** Rows of one node follow each other in most responses. */
  #nodeId(name: string): number {
    const last = this.#lastNode;
    if (last !== null && name.startsWith(last.prefix)) return last.id;
    const node = nodeOf(name);
    const id = this.#nodes.id(node);
    this.#lastNode = node.includes('/') ? { prefix: `${node}/`, id } : null;
    return id;
  }

  /** Rows have ids from 0 up to here. */
  get size(): number {
    return this.#table.size;
  }

  /** Null where that response has no such row. */
  amount(side: SideName, id: number): number | null {
    const page = this.#pages.of(id);
    const at = id % pageSize;
    const isExpected = side === 'expected';
    const isSeen = (page.seen[at] ?? 0) & (isExpected ? bit.expected : bit.actual);
    return isSeen ? ((isExpected ? page.expected : page.actual)[at] ?? 0) : null;
  }

  /** The cost components under the same ids. */
  get components(): ComponentTotals {
    return this.#components;
  }

  /** The nodes of the rows, as `cluster/node`, by the ids of {@link nodeComponents}. */
  nodes(): string[] {
    return Array.from({ length: this.#nodes.size }, (_, id) => this.#nodes.key(id));
  }

  /** The cost components of all rows of a node. */
  get nodeComponents(): ComponentTotals {
    return this.#nodeComponents;
  }

  /** The name of a suspect; before the second look a placeholder, see {@link hashOfPlaceholder}. */
  name(id: number): string {
    const hash = this.#table.hash(id);
    return this.#names.get(hash) ?? placeholder(hash);
  }
}

/** `cluster/node` of a row's name; the whole name where it has no such parts. */
function nodeOf(name: string): string {
  const node = name.indexOf('/', name.indexOf('/') + 1);
  return node < 0 ? name : name.slice(0, node);
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

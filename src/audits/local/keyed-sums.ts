import { type Approx, approx } from '../../costs/approximation.ts';
import type { Components } from '../../costs/components.ts';
import { errorOf, type Rounding } from '../../costs/rounding.ts';
import { lostByAdding } from '../../costs/sum.ts';
import { ComponentSums, type ComponentTotals } from './component-sums.ts';
import type { SideName } from './sides.ts';
import { KeyTable } from './tables/key-table.ts';
import { Pages, pageSize } from './tables/pages.ts';

/**
 * Sums of two sources under the same keys. Keys have ids, since there may be so many that no object can
 * be made of each.
 */
export class KeyedSums {
  readonly #keys = new KeyTable();
  readonly #rounding: Readonly<Record<SideName, Rounding>>;
  readonly #sides = { expected: new Side(false), actual: new Side(true) };
  readonly #components = new ComponentSums();
  #lastKey: string | null = null;
  #lastId = 0;

  constructor(rounding: Readonly<Record<SideName, Rounding>>) {
    this.#rounding = rounding;
  }

  /** Empties a side: a response that broke off is read again from its start. */
  restart(side: SideName): void {
    this.#sides[side] = new Side(side === 'actual');
    this.#components.restart(side);
  }

  /** Begins the next set of a response, in which every key may occur once more. */
  nextSet(side: SideName): void {
    this.#sides[side].set++;
  }

  /** @param components of an allocation; null where they are not known */
  add(side: SideName, key: string, amount: number, components: Components | null = null): void {
    // rows of one node or namespace often follow each other
    if (key !== this.#lastKey) {
      this.#lastKey = key;
      this.#lastId = this.#keys.id(key);
    }
    const isExpected = side === 'expected';
    const rounding = isExpected ? this.#rounding.expected : this.#rounding.actual;
    this.#side(side).add(this.#lastId, amount, rounding.units(amount));
    if (components !== null) this.#components.add(side, this.#lastId, components);
  }

  /** Ids go from 0 up to here; a key may have rows on no side, where a response was begun again. */
  get size(): number {
    return this.#keys.size;
  }

  key(id: number): string {
    return this.#keys.key(id);
  }

  /** The sum of the amounts of one side under a key. */
  value(side: SideName, id: number): number {
    return this.#side(side).value(id);
  }

  /** The same with its rounding error. */
  sum(side: SideName, id: number): Approx {
    return approx(this.value(side, id), errorOf(this.#side(side).units(id)));
  }

  #side(side: SideName): Side {
    return side === 'expected' ? this.#sides.expected : this.#sides.actual;
  }

  /** The cost components under the same ids. */
  get components(): ComponentTotals {
    return this.#components;
  }

  /** How many amounts were added; 0: the side has no such key. */
  rows(side: SideName, id: number): number {
    return this.#side(side).rows(id);
  }

  /** Whether a key occurred more than once in one set. */
  isRepeated(side: SideName, id: number): boolean {
    return this.#side(side).repeated.has(id);
  }
}

/** What an audit may read of the sums. */
export type KeyedTotals = Readonly<Omit<KeyedSums, 'add' | 'restart' | 'nextSet'>>;

/** Compensated sums in columns: 26 bytes a key. */
class Side {
  set = 0;
  readonly repeated = new Set<number>();
  readonly tracksSets: boolean;
  readonly #pages = new Pages(() => ({
    sums: new Float64Array(pageSize),
    lost: new Float32Array(pageSize),
    rows: new Uint32Array(pageSize),
    units: new Uint32Array(pageSize),
    sets: new Uint16Array(pageSize),
  }));

  /** @param tracksSets whether a key that occurs twice in one set is of interest */
  constructor(tracksSets: boolean) {
    this.tracksSets = tracksSets;
  }

  add(id: number, amount: number, units: number): void {
    const page = this.#pages.of(id);
    const { sums, lost, rows } = page;
    const at = id % pageSize;
    const before = sums[at] ?? 0;
    const sum = before + amount;
    sums[at] = sum;
    lost[at] = (lost[at] ?? 0) + lostByAdding(amount, before, sum);
    page.units[at] = (page.units[at] ?? 0) + units;
    if (this.tracksSets) {
      if (rows[at] !== 0 && page.sets[at] === this.set) this.repeated.add(id);
      page.sets[at] = this.set;
    }
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

  units(id: number): number {
    return this.#pages.known(id)?.units[id % pageSize] ?? 0;
  }
}

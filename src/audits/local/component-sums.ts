import { type Approx, approx } from '../../costs/approximation.ts';
import { type Components, componentCount } from '../../costs/components.ts';
import { errorOf } from '../../costs/rounding.ts';
import type { SideName } from './sides.ts';
import { Pages, pageSize } from './tables/pages.ts';

/** Of so many ids the components are summed one by one: at most 256 bytes an id. */
const maxIds = 32_768;

/**
 * Sums of the cost components of two sources by id. Memory is bounded: of more than {@link maxIds} ids
 * only the sums over all of them are kept.
 */
export class ComponentSums {
  readonly #maxIds: number;
  readonly #sides: Record<SideName, Side>;
  #hasTooMany = false;

  constructor(max = maxIds) {
    this.#maxIds = max;
    this.#sides = { expected: new Side(), actual: new Side() };
  }

  /** Empties a side: a response that broke off is read again from its start. */
  restart(side: SideName): void {
    this.#sides[side] = new Side();
  }

  add(side: SideName, id: number, components: Components): void {
    if (id >= this.#maxIds && !this.#hasTooMany) {
      this.#hasTooMany = true;
      this.#sides.expected.byId.clear();
      this.#sides.actual.byId.clear();
    }
    this.#sides[side].add(this.#hasTooMany ? null : id, components);
  }

  /** Whether there were so many ids that only {@link total} is known. */
  get hasTotalsOnly(): boolean {
    return this.#hasTooMany;
  }

  /** Whether the responses of both sides have a component; a version may not print it. */
  isPrinted(component: number): boolean {
    const { expected, actual } = this.#sides;
    return ((expected.printed & actual.printed) >> component) % 2 === 1;
  }

  /** The sum of one component of an id. */
  sum(side: SideName, id: number, component: number): Approx {
    return this.#sides[side].byId.sum(id, component);
  }

  /** The sum of one component over all ids. */
  total(side: SideName, component: number): Approx {
    return this.#sides[side].all.sum(0, component);
  }
}

/** What an audit may read of the sums. */
export type ComponentTotals = Readonly<Omit<ComponentSums, 'add' | 'restart'>>;

class Side {
  readonly byId = new Columns();
  readonly all = new Columns();
  /** Bit i is set where a row prints component i. */
  printed = 0;

  add(id: number | null, components: Components): void {
    this.printed |= components.printed;
    if (id !== null) this.byId.add(id, components);
    this.all.add(0, components);
  }
}

/** Compensated sums, in a column for every component that is not 0 everywhere. */
class Columns {
  readonly #columns = Array.from(
    { length: componentCount },
    () =>
      new Pages(() => ({
        sums: new Float64Array(pageSize),
        lost: new Float32Array(pageSize),
        units: new Uint32Array(pageSize),
      })),
  );

  add(id: number, { amounts, units }: Components): void {
    const at = id % pageSize;
    for (let i = 0; i < componentCount; i++) {
      const amount = amounts[i] ?? 0;
      const error = units[i] ?? 0;
      if (amount === 0 && error === 0) continue;
      const page = this.#columns[i]?.of(id);
      if (!page) continue;
      const before = page.sums[at] ?? 0;
      const sum = before + amount;
      const rest =
        Math.abs(before) >= Math.abs(amount) ? before - sum + amount : amount - sum + before;
      page.sums[at] = sum;
      page.lost[at] = (page.lost[at] ?? 0) + rest;
      page.units[at] = (page.units[at] ?? 0) + error;
    }
  }

  sum(id: number, component: number): Approx {
    const page = this.#columns[component]?.known(id);
    const at = id % pageSize;
    const value = (page?.sums[at] ?? 0) + (page?.lost[at] ?? 0);
    return approx(value, errorOf(page?.units[at] ?? 0));
  }

  clear(): void {
    for (const column of this.#columns) column.clear();
  }
}

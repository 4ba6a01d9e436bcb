import { type Approx, approx } from '../../costs/approximation.ts';
import { type Components, componentCount } from '../../costs/components.ts';
import { errorOf } from '../../costs/rounding.ts';
import { lostByAdding } from '../../costs/sum.ts';
import type { SideName } from './sides.ts';
import { Pages, pageSize } from './tables/pages.ts';

/** Of so many ids the components are summed one by one, in 256 bytes an id. */
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
      this.#sides.expected.mergeIds(this.#maxIds);
      this.#sides.actual.mergeIds(this.#maxIds);
    }
    this.#side(side).add(this.#hasTooMany ? 0 : id, components);
  }

  #side(side: SideName): Side {
    return side === 'expected' ? this.#sides.expected : this.#sides.actual;
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

  /** The sum of one component of an id; null where some row of the id is of a type without it. */
  sum(side: SideName, id: number, component: number): Approx | null {
    return this.#side(side).sum(id, component);
  }

  /** The sum of one component over all ids, of which there are too many. */
  total(side: SideName, component: number): Approx | null {
    return this.#side(side).sum(0, component);
  }
}

/** What an audit may read of the sums. */
export type ComponentTotals = Readonly<Omit<ComponentSums, 'add' | 'restart'>>;

/** Compensated sums; the components of one id stand next to each other. */
class Side {
  /** Bit i is set where a row prints component i. */
  printed = 0;
  readonly #pages = new Pages(() => ({
    sums: new Float64Array(pageSize),
    lost: new Float32Array(pageSize),
    units: new Uint32Array(pageSize),
  }));

  readonly #absent = new Pages(() => new Uint8Array(pageSize));

  add(id: number, { printed, absent, size, indexes, amounts, units }: Components): void {
    this.printed |= printed;
    if (absent !== 0) this.#addAbsent(id, absent);
    for (let i = 0; i < size; i++) {
      const component = indexes[i] ?? 0;
      this.#add(id * componentCount + component, amounts[component] ?? 0, units[component] ?? 0);
    }
  }

  /** Adds the sums of all ids up to `ids` up to one, under the id 0; the others are not known any more. */
  mergeIds(ids: number): void {
    for (let cell = componentCount; cell < ids * componentCount; cell++) {
      const page = this.#pages.known(cell);
      if (!page) break;
      const at = cell % pageSize;
      const amount = (page.sums[at] ?? 0) + (page.lost[at] ?? 0);
      this.#add(cell % componentCount, amount, page.units[at] ?? 0);
    }
    for (let id = 1; id < ids; id++) {
      const absent = this.#absent.known(id)?.[id % pageSize] ?? 0;
      if (absent !== 0) this.#addAbsent(0, absent);
    }
    this.#pages.keepFirst();
    this.#absent.keepFirst();
  }

  sum(id: number, component: number): Approx | null {
    const absent = this.#absent.known(id)?.[id % pageSize] ?? 0;
    if ((absent >> component) % 2 === 1) return null;
    const cell = id * componentCount + component;
    const page = this.#pages.known(cell);
    const at = cell % pageSize;
    const value = (page?.sums[at] ?? 0) + (page?.lost[at] ?? 0);
    return approx(value, errorOf(page?.units[at] ?? 0));
  }

  #addAbsent(id: number, absent: number): void {
    const page = this.#absent.of(id);
    page[id % pageSize] = (page[id % pageSize] ?? 0) | absent;
  }

  #add(cell: number, amount: number, units: number): void {
    const { sums, lost, units: errors } = this.#pages.of(cell);
    const at = cell % pageSize;
    const before = sums[at] ?? 0;
    const sum = before + amount;
    sums[at] = sum;
    lost[at] = (lost[at] ?? 0) + lostByAdding(amount, before, sum);
    errors[at] = (errors[at] ?? 0) + units;
  }
}

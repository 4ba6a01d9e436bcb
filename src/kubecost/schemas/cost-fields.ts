import {
  allocationAdjustments,
  allocationCosts,
  allocationHours,
  type PrintedCosts,
} from '../../costs/rows.ts';
import { fieldStates } from '../json/row-fields.ts';
import type { RowReader } from '../json/row-reader.ts';

/** The cost components of the rows that a reader reads, in one record for all of them in turn. */
export class CostFields {
  readonly #reader: RowReader;
  readonly #record: PrintedCosts;
  readonly #costs: readonly (number | undefined)[];
  readonly #adjustments: readonly (number | undefined)[];
  readonly #hours: readonly (number | undefined)[];

  constructor(reader: RowReader, record: PrintedCosts) {
    this.#reader = reader;
    this.#record = record;
    const slots = (names: readonly string[]) => names.map((name) => reader.slots.numbers.get(name));
    this.#costs = slots(allocationCosts);
    this.#adjustments = slots(allocationAdjustments);
    this.#hours = slots(allocationHours);
  }

  /** The costs of the row that was read last. */
  read(): PrintedCosts {
    const { costs, adjustments, hours } = this.#record;
    let printed = 0;
    for (let i = 0; i < costs.length; i++) {
      const slot = this.#costs[i];
      costs[i] = this.#number(slot);
      if (!this.#isMissing(slot)) printed |= 1 << i;
    }
    for (let i = 0; i < adjustments.length; i++) {
      const slot = this.#adjustments[i];
      adjustments[i] = this.#isMissing(slot) ? 0 : this.#number(slot);
    }
    for (let i = 0; i < hours.length; i++) hours[i] = this.#number(this.#hours[i]);
    this.#record.printed = printed;
    return this.#record;
  }

  #number(slot: number | undefined): number {
    return slot === undefined ? Number.NaN : this.#reader.number(slot);
  }

  #isMissing(slot: number | undefined): boolean {
    return slot === undefined || this.#reader.numberStates[slot] === fieldStates.missing;
  }
}

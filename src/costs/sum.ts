/** What an addition to a sum loses to rounding (Neumaier): added up apart, it makes the sum exact. */
export function lostByAdding(amount: number, before: number, sum: number): number {
  return Math.abs(before) >= Math.abs(amount) ? before - sum + amount : amount - sum + before;
}

/** A compensated sum (Neumaier): the order of what is added never changes a verdict. */
export class Sum {
  #sum = 0;
  #lost = 0;

  add(amount: number): void {
    const sum = this.#sum + amount;
    this.#lost += lostByAdding(amount, this.#sum, sum);
    this.#sum = sum;
  }

  /** Not a number as soon as one that was added was none. */
  get value(): number {
    return this.#sum + this.#lost;
  }
}

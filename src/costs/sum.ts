/** A compensated sum (Neumaier): the order of what is added never changes a verdict. */
export class Sum {
  #sum = 0;
  #lost = 0;

  add(amount: number): void {
    const sum = this.#sum + amount;
    this.#lost +=
      Math.abs(this.#sum) >= Math.abs(amount) ? this.#sum - sum + amount : amount - sum + this.#sum;
    this.#sum = sum;
  }

  /** Not a number as soon as one that was added was none. */
  get value(): number {
    return this.#sum + this.#lost;
  }
}

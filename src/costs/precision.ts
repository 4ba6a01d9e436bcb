/**
 * How finely an answer prints its numbers, read off the numbers themselves: docs/kubecost-api.md knows of five
 * and six decimals and of none cut off. An answer that shows too few digits to tell is taken to be
 * as coarse as its endpoint can be, so that the resolution is never too small.
 */
export class Precision {
  #decimals: number;

  /** @param coarsest the decimals that the endpoint prints at least */
  constructor(coarsest: 5 | 6) {
    this.#decimals = coarsest;
  }

  /** Looks at one printed amount. */
  see(amount: number): void {
    if (this.#decimals > 6 || amount === 0) return;
    // beyond this size a float has no digits to spare for the question
    if (!(Math.abs(amount) < 1e6)) return;
    if (this.#decimals === 5 && hasMore(amount * 1e5)) this.#decimals = 6;
    if (this.#decimals === 6 && hasMore(amount * 1e6)) this.#decimals = 16;
  }

  /** Takes every amount as it is: it comes from memory, and was never printed. */
  assumeExact(): void {
    this.#decimals = Number.POSITIVE_INFINITY;
  }

  /** Half of the last printed decimal; 0 where nothing was cut off. */
  get half(): number {
    return this.#decimals > 6 ? 0 : 0.5 * 10 ** -this.#decimals;
  }
}

function hasMore(scaled: number): boolean {
  return Math.abs(scaled - Math.round(scaled)) > 1e-3;
}

/** Half a unit of the sixth decimal: rounding errors are counted in it. */
const unit = 0.5e-6;

/**
 * The rounding error of printed amounts. Servers print five or six decimals, or a float in full
 * (docs/kubecost-api.md); every number shows by its own digits how far it was rounded, whatever other
 * numbers of the response look like. One that shows few digits counts as rounded as coarsely as its
 * endpoint rounds, so that a resolution is never too small.
 */
export class Rounding {
  readonly #decimals: 5 | 6 | null;
  /** The units of an amount that shows no digits. */
  readonly #coarsest: number;

  /** @param decimals the fewest that the endpoint prints; null: amounts that were never printed */
  constructor(decimals: 5 | 6 | null) {
    this.#decimals = decimals;
    this.#coarsest = decimals === null ? 0 : decimals === 5 ? 10 : 1;
  }

  /** The largest rounding error of an amount, in units of {@link errorOf}: 10, 1 or 0. */
  units(amount: number): number {
    // most amounts are 0
    if (amount === 0) return this.#coarsest;
    const size = Math.abs(amount);
    // from a million on a float has no digits to spare for the question
    if (!(size < 1e6) || this.#decimals === null) return this.#coarsest;
    if (this.#decimals === 5 && !hasMore(size * 1e5)) return 10;
    return hasMore(size * 1e6) ? 0 : 1;
  }

  /** The largest rounding error of an amount. */
  of(amount: number): number {
    return this.units(amount) * unit;
  }
}

/** The error that a number of rounding units stands for. */
export function errorOf(units: number): number {
  return units * unit;
}

function hasMore(scaled: number): boolean {
  return Math.abs(scaled - Math.round(scaled)) > 1e-3;
}

/** A fraction: arithmetic without any error, to hold rounded answers against. */
export class Exact {
  static readonly zero = new Exact(0n, 1n);
  static readonly one = new Exact(1n, 1n);
  readonly #numerator: bigint;
  readonly #denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    const divisor = gcd(numerator, denominator) * (denominator < 0n ? -1n : 1n);
    this.#numerator = numerator / divisor;
    this.#denominator = denominator / divisor;
  }

  /** `parts` of a unit that is `10 ** -decimals`. */
  static of(parts: bigint | number, decimals = 0): Exact {
    return new Exact(BigInt(parts), 10n ** BigInt(decimals));
  }

  static sum(amounts: Iterable<Exact>): Exact {
    let sum = Exact.zero;
    for (const amount of amounts) sum = sum.plus(amount);
    return sum;
  }

  plus(other: Exact): Exact {
    return new Exact(
      this.#numerator * other.#denominator + other.#numerator * this.#denominator,
      this.#denominator * other.#denominator,
    );
  }

  minus(other: Exact): Exact {
    return this.plus(new Exact(-other.#numerator, other.#denominator));
  }

  times(other: Exact): Exact {
    return new Exact(this.#numerator * other.#numerator, this.#denominator * other.#denominator);
  }

  over(other: Exact): Exact {
    return new Exact(this.#numerator * other.#denominator, this.#denominator * other.#numerator);
  }

  /** The nearest multiple of `10 ** -decimals`, as a server prints it. */
  rounded(decimals: number): Exact {
    const scale = 10n ** BigInt(decimals);
    const sign = this.#numerator < 0n ? -1n : 1n;
    const twice = 2n * sign * this.#numerator * scale + this.#denominator;
    return new Exact((sign * twice) / (2n * this.#denominator), scale);
  }

  /** In decimal notation, cut off after so many decimals. */
  text(decimals: number): string {
    const scaled = (this.#numerator * 10n ** BigInt(decimals)) / this.#denominator;
    const digits = String(scaled < 0n ? -scaled : scaled).padStart(decimals + 1, '0');
    const sign = this.#numerator < 0n ? '-' : '';
    return `${sign}${digits.slice(0, digits.length - decimals)}.${digits.slice(-decimals)}`;
  }

  /** The nearest float. */
  number(): number {
    return Number(this.text(40));
  }
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}

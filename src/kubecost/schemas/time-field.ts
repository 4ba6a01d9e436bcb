/** A time of a row, in milliseconds since 1970; the one that came last is not parsed again. */
export class TimeField {
  readonly #slot: number;
  #text = '';
  #time = Number.NaN;

  constructor(slot: number) {
    this.#slot = slot;
  }

  /** Not a number where the row has none, or one that cannot be read. */
  of(texts: readonly string[]): number {
    const text = texts[this.#slot] ?? '';
    if (text !== this.#text) {
      this.#text = text;
      this.#time = Date.parse(text);
    }
    return this.#time;
  }
}

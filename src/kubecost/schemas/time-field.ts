/** A time field of rows, in milliseconds since 1970; the previous text is not parsed again. */
export class TimeField {
  readonly #slot: number;
  #text = '';
  #time = Number.NaN;

  constructor(slot: number) {
    this.#slot = slot;
  }

  /** The time in the row; NaN where it is missing or invalid. */
  of(texts: readonly string[]): number {
    const text = texts[this.#slot] ?? '';
    if (text !== this.#text) {
      this.#text = text;
      this.#time = Date.parse(text);
    }
    return this.#time;
  }
}

/** Zero bytes behind a block: more than any escape is long, so that a scan cannot pass them. */
export const blockEnd = 16;

const blockSize = 0x4_0000;

/**
 * Joins the chunks of a body: a value that is split over two of them takes three times as long to
 * read. The first one is passed on at once, since what is no JSON shows there.
 */
export class Blocks {
  readonly #take: (block: Uint8Array) => void;
  #block: Buffer | null = null;
  #length = 0;
  #first = true;

  /** @param take gets each block; its bytes are only valid during the call */
  constructor(take: (block: Uint8Array) => void) {
    this.#take = take;
  }

  add(chunk: Uint8Array): void {
    if (this.#length + chunk.length > blockSize) this.end();
    if (this.#first || chunk.length > blockSize) {
      this.#first = false;
      this.#take(chunk);
      return;
    }
    this.#block ??= Buffer.allocUnsafeSlow(blockSize + blockEnd);
    this.#block.set(chunk, this.#length);
    this.#length += chunk.length;
  }

  /** Passes on what has been gathered. */
  end(): void {
    if (!this.#block || this.#length === 0) return;
    this.#block.fill(0, this.#length, this.#length + blockEnd);
    const block = this.#block.subarray(0, this.#length);
    this.#length = 0;
    this.#take(block);
  }
}

/** Number of zero bytes behind a block: more than the longest escape, so that a scan stops there. */
export const blockEnd = 16;

const blockSize = 0x4_0000;

/**
 * Blocks of 256 KiB, joined from the chunks of a body: a value that is split over two chunks takes
 * three times as long to read. The first chunk is passed on at once, so that a body that is not JSON
 * fails early.
 */
export class Blocks {
  readonly #emit: (block: Uint8Array) => void;
  #block: Buffer | null = null;
  #length = 0;
  #first = true;

  /** @param emit gets each block; its bytes are only valid during the call */
  constructor(emit: (block: Uint8Array) => void) {
    this.#emit = emit;
  }

  add(chunk: Uint8Array): void {
    if (this.#length + chunk.length > blockSize) this.end();
    if (this.#first || chunk.length > blockSize) {
      this.#first = false;
      this.#emit(chunk);
      return;
    }
    this.#block ??= Buffer.allocUnsafeSlow(blockSize + blockEnd);
    this.#block.set(chunk, this.#length);
    this.#length += chunk.length;
  }

  /** Emits what has been collected. */
  end(): void {
    if (!this.#block || this.#length === 0) return;
    this.#block.fill(0, this.#length, this.#length + blockEnd);
    const block = this.#block.subarray(0, this.#length);
    this.#length = 0;
    this.#emit(block);
  }
}

import { fstatSync, statSync, writeSync } from 'node:fs';
import type { ColorLevel, Sink } from './io.ts';

/** What the buffer of any pipe takes at once, in bytes: the first so many are written without waiting. */
const pipeBuffer = 16_384;

/**
 * Standard output or error of this process. A reader that goes away ends the output, and is no error.
 *
 * Opening Node's stream costs milliseconds, so a short response for a pipe or a file goes straight to
 * the descriptor; anything else opens the stream.
 */
export class ProcessSink implements Sink {
  readonly #fd: 1 | 2;
  readonly #open: () => NodeJS.WriteStream;
  readonly #onLost: (message: string) => void;
  #opened: NodeJS.WriteStream | undefined;
  #writtenAtOnce = 0;
  #closed = false;

  /** @param onLost called with what went wrong where that is more than a reader that went away */
  constructor(fd: 1 | 2, open: () => NodeJS.WriteStream, onLost: (message: string) => void) {
    this.#fd = fd;
    this.#open = open;
    this.#onLost = onLost;
  }

  get isTTY(): boolean {
    return this.#mayBeTerminal() && this.#stream().isTTY === true;
  }

  get columns(): number | undefined {
    return (this.isTTY && this.#stream().columns) || Number(process.env['COLUMNS']) || undefined;
  }

  get rows(): number | undefined {
    return this.isTTY ? this.#stream().rows : undefined;
  }

  /** `NO_COLOR` over `FORCE_COLOR` over what the terminal can; Node would warn where both are set. */
  get colorLevel(): ColorLevel {
    if (process.env['NO_COLOR']) return 0;
    const forced = process.env['FORCE_COLOR'];
    if (!this.isTTY) return forced && !/^(0|false)$/.test(forced) ? 1 : 0;
    const depth = this.#stream().getColorDepth();
    return depth >= 24 ? 3 : depth >= 8 ? 2 : depth >= 4 ? 1 : 0;
  }

  get stream(): NodeJS.WriteStream | undefined {
    return this.isTTY ? this.#stream() : undefined;
  }

  async write(text: string): Promise<boolean> {
    const left = this.#opened || this.#mayBeTerminal() ? text : this.#writeAtOnce(text);
    if (this.#closed || left.length === 0) return !this.#closed;
    const stream = this.#stream();
    return new Promise((resolve) => {
      stream.write(left, (error) => resolve(!error && !this.#closed));
    });
  }

  /** @returns what was not taken */
  #writeAtOnce(text: string): string | Uint8Array {
    const bytes = Buffer.from(text);
    if (this.#closed || this.#writtenAtOnce + bytes.length > pipeBuffer) return text;
    try {
      const taken = writeSync(this.#fd, bytes);
      this.#writtenAtOnce += taken;
      return bytes.subarray(taken);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException; // what node:fs throws
      if (code !== 'EAGAIN') this.#lose(error as NodeJS.ErrnoException);
      return text;
    }
  }

  #stream(): NodeJS.WriteStream {
    this.#opened ??= this.#open().on('error', (error) => this.#lose(error));
    return this.#opened;
  }

  #lose(error: NodeJS.ErrnoException): void {
    this.#closed = true;
    if (error.code !== 'EPIPE') this.#onLost(error.message);
  }

  #mayBeTerminal(): boolean {
    try {
      const target = fstatSync(this.#fd);
      return target.isCharacterDevice() && target.rdev !== statSync('/dev/null').rdev;
    } catch {
      return true;
    }
  }
}

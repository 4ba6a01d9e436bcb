import { DataError } from '../../errors.ts';
import { excerpt } from '../server-text.ts';

/** An answer, read as it arrives, is not JSON or not all of it. */
export class JsonSyntaxError extends DataError {
  /** Where in the body, in bytes. */
  readonly offset: number;
  /** The body was in order as far as it went, and ended too early. */
  readonly truncated: boolean;
  /** What stands there. */
  readonly around: string;

  /**
   * @param bytes where it happened or, when `truncated`, the last bytes there were
   * @param before how many bytes of the body precede `bytes`
   */
  constructor(
    expected: string,
    bytes: Uint8Array,
    at: number,
    { before, truncated }: { before: number; truncated: boolean },
  ) {
    const offset = before + at;
    const around = excerpt(Buffer.from(bytes.subarray(Math.max(0, at - 20), at + 40)).toString());
    super(
      truncated
        ? `the answer breaks off after ${offset} bytes, at "${around}"`
        : `the answer is broken JSON at byte ${offset}: expected ${expected} near "${around}"`,
    );
    this.offset = offset;
    this.truncated = truncated;
    this.around = around;
  }
}

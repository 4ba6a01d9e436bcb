import { DataError } from '../../errors.ts';
import { excerpt } from '../server-text.ts';

/** The body of a response is not JSON, or is incomplete. */
export class JsonSyntaxError extends DataError {
  /** Position in the body, in bytes. */
  readonly offset: number;
  /** The body was valid as far as it went, and ended too early. */
  readonly truncated: boolean;
  /** The text at that position. */
  readonly around: string;

  /**
   * @param bytes the chunk with the error or, when `truncated`, the last chunk
   * @param before number of bytes of the body that precede `bytes`
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
        ? `the response ends after ${offset} bytes, at "${around}"`
        : `the response is invalid JSON at byte ${offset}: expected ${expected} near "${around}"`,
    );
    this.offset = offset;
    this.truncated = truncated;
    this.around = around;
  }
}

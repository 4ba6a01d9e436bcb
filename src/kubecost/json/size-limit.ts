import { DataError } from '../../errors.ts';

const mebibyte = 1024 * 1024;

/**
 * Decoded bytes that are held at once: one row of a large answer, or an answer that is read as a
 * whole. A body without an end, or one that inflates without an end, must not take the memory.
 */
export const maxValueBytes = 256 * mebibyte;

/** The error of an answer that goes beyond `most` bytes; `what` is the part that does. */
export function tooLarge(what: string, most = maxValueBytes): DataError {
  const size = most >= mebibyte ? `${most / mebibyte} MiB` : `${most} bytes`;
  return new DataError(`${what} of more than ${size}`, 'ask for a smaller --window');
}

/**
 * A body that is to be read as a whole.
 *
 * @throws DataError where it has more than `most` bytes
 */
export async function* limited(
  body: AsyncIterable<Uint8Array>,
  most = maxValueBytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) throw tooLarge('the server sent an answer', most);
    yield chunk;
  }
}

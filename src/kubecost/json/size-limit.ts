import { DataError } from '../../errors.ts';

const mebibyte = 1024 * 1024;

/**
 * The maximum number of decoded bytes kept at once: one row of a large response, or a response that
 * is read whole. A body that never ends, compressed or not, must not exhaust the memory.
 */
export const maxValueBytes = 256 * mebibyte;

/** The error of a response in which `what` has more than `max` bytes. */
export function tooLarge(what: string, max = maxValueBytes): DataError {
  const size = max >= mebibyte ? `${max / mebibyte} MiB` : `${max} bytes`;
  return new DataError(`${what} of more than ${size}`, 'ask for a smaller --window');
}

/**
 * A body that is read whole.
 *
 * @throws DataError where it has more than `max` bytes
 */
export async function* limited(
  body: AsyncIterable<Uint8Array>,
  max = maxValueBytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > max) throw tooLarge('the server sent a response', max);
    yield chunk;
  }
}

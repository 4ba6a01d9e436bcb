import { DataError } from '../errors.ts';
import type { Failure } from './failure.ts';

const firstDelay = 250;
const maxDelay = 5_000;

/**
 * Milliseconds before a request is sent again: what Retry-After asks for, else a delay that doubles.
 *
 * @param tries number of times it was sent again already
 * @param timeout longest Retry-After to obey, in milliseconds
 * @param random 0 to 1
 * @throws DataError where the server asks for a longer wait
 */
export function retryDelay(
  tries: number,
  { error, retryAfter }: Failure,
  { timeout, random }: { readonly timeout: number; readonly random: () => number },
): number {
  if (retryAfter === null) {
    const backoff = Math.min(firstDelay * 2 ** tries, maxDelay);
    return Math.round(backoff * (0.5 + random() / 2));
  }
  if (retryAfter <= timeout) return retryAfter;
  const seconds = Math.ceil(retryAfter / 1000);
  throw new DataError(
    `${error.message}; it asks to retry in ${seconds} s`,
    `try again then, or allow the wait with --timeout ${seconds}s`,
  );
}

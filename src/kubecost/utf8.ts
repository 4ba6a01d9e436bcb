import { DataError } from '../errors.ts';
import { Failure } from './failure.ts';
import type { ApiResponse } from './response.ts';

/**
 * The body of a response as text.
 *
 * @throws Failure where it is not UTF-8, or has a zero byte, as UTF-16 without a mark has
 */
export async function* textOf(
  body: AsyncIterable<Uint8Array>,
  { url }: Pick<ApiResponse, 'url'>,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      const text = chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
      if (!text.includes('\0')) return text;
    } catch {
      // said below
    }
    throw new Failure(
      new DataError(
        `${url.origin}${url.pathname} returned a body that is not text in UTF-8`,
        'Kubecost sends UTF-8: does a proxy change or compress its responses?',
      ),
    );
  };
  for await (const chunk of body) yield decode(chunk);
  yield decode();
}

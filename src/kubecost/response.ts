import type { Dispatcher } from 'undici';
import { DataError } from '../errors.ts';
import { beginning, peek } from './body-start.ts';
import { apiServerFailure } from './connection/kube/api-status.ts';
import { Failure, notKubecostHint } from './failure.ts';
import { JsonSyntaxError } from './json/syntax-error.ts';
import type { UnexpectedShapeError } from './json/unexpected-shape.ts';
import { networkFailure } from './network-failure.ts';
import { pageFailure } from './page-failure.ts';
import { excerpt } from './server-text.ts';
import { isOfProxy, statusFailure } from './status-failure.ts';

/** A response with status 2xx whose body begins like JSON. */
export interface ApiResponse {
  readonly url: URL;
  /** The server's clock when it answered, in milliseconds since 1970; null without a Date header. */
  readonly date: number | null;
  /** Whether the header says that the body is JSON. */
  readonly isJson?: boolean;
  /** The body from its first byte on; ends in a Failure where the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Receives what the server said in addition to its data. */
  readonly onWarning?: (sentence: string) => void;
}

/** What the body of a response has to be. */
export type AcceptedBody = 'json' | 'text';

type Opened =
  | { readonly kind: 'answer'; readonly answer: ApiResponse }
  | { readonly kind: 'redirect'; readonly location: string };

/**
 * Tells a JSON response from everything else that docs/kubecost-api.md lists under "Responses".
 *
 * @param accepts `text`: anything but a page of HTML will do
 * @param now milliseconds since 1970, for a Retry-After that names a time
 * @throws Failure for an error status, a page of HTML, plain text, an empty body
 */
export async function openResponse(
  response: Dispatcher.ResponseData,
  url: URL,
  now: number,
  accepts: AcceptedBody = 'json',
): Promise<Opened> {
  const status = response.statusCode;
  const body = await decoded(response, url);
  const location = header(response, 'location');
  if (status >= 300 && status < 400 && location !== null) {
    response.body.on('error', () => {}).destroy();
    return { kind: 'redirect', location };
  }
  if (status < 200 || status >= 300) {
    const text = await beginning(body);
    response.body.on('error', () => {}).destroy();
    const wait = retryAfter(response, now);
    const failure =
      apiServerFailure(status, text, url, wait) ??
      statusFailure({ status, text, url, retryAfter: wait, isFinal: saysNotToStore(response) });
    // pages with these statuses are those of a proxy or gateway, whatever they say
    const isOther =
      status >= 500 || isOfProxy(status) || failure.transient || failure.specificity !== 'final';
    throw !isOther && text.trimStart().startsWith('<') ? pageFailure(text, url, status) : failure;
  }
  const { first, whole } = await peek(body);
  const isJson = /^application\/(\S+\+)?json\b/i.test(header(response, 'content-type') ?? '');
  if (first === '{' || first === '[' || (accepts === 'text' && first !== '<' && first !== null)) {
    const date = Date.parse(header(response, 'date') ?? '');
    const answer = { url, body: whole, date: Number.isNaN(date) ? null : date, isJson };
    return { kind: 'answer', answer };
  }
  const text = await beginning(whole);
  response.body.on('error', () => {}).destroy();
  if (first === '<' || /html/i.test(header(response, 'content-type') ?? '')) {
    throw pageFailure(text, url, status);
  }
  const start = excerpt(text);
  throw new Failure(
    new DataError(
      `${url.origin}${url.pathname} returned ${start ? `"${start}"` : 'nothing'} instead of JSON`,
      notKubecostHint,
    ),
    { specificity: 'page', status },
  );
}

/** What a body that is not what it should be means, with the address that sent it. */
export function bodyFailure(error: JsonSyntaxError | UnexpectedShapeError, url: URL): Failure {
  const where = `${url.origin}${url.pathname}`;
  const hint = !(error instanceof JsonSyntaxError)
    ? 'is it a Kubecost of another version? Please report it with the output of --verbose'
    : error.truncated
      ? 'try again; if it happens again, ask for a smaller --window'
      : 'Kubecost writes some names without escaping; a smaller --window may avoid it';
  return new Failure(new DataError(`${where}: ${error.message}`, hint));
}

async function* decoded(
  response: Dispatcher.ResponseData,
  url: URL,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const encodings = [response.headers['content-encoding'] ?? []].flat().join(',');
    if (encodings === '') yield* response.body;
    else {
      const { decodeContent } = await import('./content-encoding.ts');
      yield* await decodeContent(response.body, encodings, url);
    }
  } catch (error) {
    throw networkFailure(error, url);
  }
}

/** A 503 that must not be stored is meant to last: OpenCost's, where its admin endpoints are off. */
function saysNotToStore(response: Dispatcher.ResponseData): boolean {
  const isPage = /html/i.test(header(response, 'content-type') ?? '');
  return !isPage && /\bno-store\b/i.test(header(response, 'cache-control') ?? '');
}

function header(response: Dispatcher.ResponseData, name: string): string | null {
  const value = response.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** Milliseconds a Retry-After header asks for: it holds seconds or a date. */
function retryAfter(response: Dispatcher.ResponseData, now: number): number | null {
  const value = header(response, 'retry-after');
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

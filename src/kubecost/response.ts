import type { Dispatcher } from 'undici';
import type { ZodType } from 'zod';
import { AuthError, DataError } from '../errors.ts';
import { apiServerFailure } from './connection/kube/api-status.ts';
import { BadRequestError, Failure, loginHint, RefusalError } from './failure.ts';
import { type Envelope, readEnvelope } from './json/envelope.ts';
import { limited } from './json/size-limit.ts';
import { JsonSyntaxError } from './json/syntax-error.ts';
import { UnexpectedShapeError } from './json/unexpected-shape.ts';
import { networkFailure } from './network-failure.ts';
import { pageFailure } from './page-failure.ts';
import { excerpt, serverSentence } from './server-text.ts';
import { isOfProxy, statusFailure, statusHint } from './status-failure.ts';

const notKubecost =
  'is this the address of a Kubecost? kc-etl needs its API, with or without /model';

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

/** Of a response that is no data, so many bytes are looked at. */
const maxErrorBody = 64 * 1024;

/** Zod compiles a schema when it is first used, which takes longer than to check a list this short without. */
const maxUncompiled = 20;

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
    const isOther = status >= 500 || isOfProxy(status) || failure.specificity !== 'final';
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
  const said = excerpt(text);
  throw new Failure(
    new DataError(
      `${url.origin}${url.pathname} returned ${said ? `"${said}"` : 'nothing'} instead of JSON`,
      notKubecost,
    ),
    { specificity: 'page', status },
  );
}

/**
 * Reads a whole response and checks its data.
 *
 * @throws Failure where the envelope is an error, JsonSyntaxError where the JSON is broken or cut short,
 * UnexpectedShapeError where the data has another shape; each names the place
 */
export async function readData<T>(answer: ApiResponse, schema: ZodType<T>): Promise<T> {
  const envelope = await readEnvelope(limited(answer.body), () => undefined);
  checkEnvelope(envelope, answer);
  const { data } = envelope;
  const isSmall = Array.isArray(data) && data.length <= maxUncompiled;
  const parsed = schema.safeParse(data, { jitless: isSmall });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)));
  throw new UnexpectedShapeError(['data', ...path], issue?.message ?? 'unexpected');
}

/**
 * Checks what surrounds the data of a response, whatever its HTTP status was. A sentence next to data
 * is a warning; a sentence in place of data is a refusal.
 *
 * @throws Failure of a RefusalError, BadRequestError, AuthError or DataError
 */
export function checkEnvelope(
  envelope: Envelope,
  { url, onWarning }: Pick<ApiResponse, 'url' | 'onWarning'>,
): void {
  const { code, status, data, hasRows, hasData } = envelope;
  const where = `${url.origin}${url.pathname}`;
  const sentence = sentenceOf(envelope);
  const suffix = sentence ? `: ${sentence}` : '';
  if (code === 401 || code === 403) {
    const error = new AuthError(`${where} returned error ${code}${suffix}`, loginHint);
    throw new Failure(error, { specificity: 'auth', status: code });
  }
  if (code !== null && code >= 400) {
    const ErrorOf = code === 400 ? BadRequestError : DataError;
    const error = new ErrorOf(`${where} returned error ${code}${suffix}`, statusHint(code));
    throw new Failure(error, { status: code });
  }
  if (/^(error|fail)/i.test(status ?? '')) {
    throw new Failure(new RefusalError(`${where} returned an error${suffix}`, sentence));
  }
  if (code === null && data === undefined && !hasRows) {
    const error = new DataError(
      `${where} returned JSON without code and data${suffix}`,
      notKubecost,
    );
    throw new Failure(error, { specificity: 'page' });
  }
  if (sentence === '') return;
  if (hasData) onWarning?.(sentence);
  else throw new Failure(new RefusalError(`${where} sent no data: ${sentence}`, sentence));
}

/** What the server says along with the data or in place of it; empty where it only confirms. */
function sentenceOf({ message, warning }: Envelope): string {
  const sentences = [message, warning].filter(
    (text): text is string => text !== null && !/^\s*(ok|success(ful)?)?\s*$/i.test(text),
  );
  return serverSentence([...new Set(sentences)].join('; '));
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
    const encodings = header(response, 'content-encoding');
    if (encodings === null) yield* response.body;
    else {
      const { decodeContent } = await import('./content-encoding.ts');
      yield* await decodeContent(response.body, encodings, url);
    }
  } catch (error) {
    throw networkFailure(error, url);
  }
}

/** The first character that is not blank, and the body from there on. */
async function peek(
  body: AsyncIterable<Uint8Array>,
): Promise<{ first: string | null; whole: AsyncIterable<Uint8Array> }> {
  const chunks = body[Symbol.asyncIterator]();
  for (let blanks = 0; ; ) {
    const next = await chunks.next();
    if (next.done || blanks > maxBlanks) return { first: null, whole: from([], chunks) };
    const at = firstOfText(next.value);
    if (at < 0) {
      blanks += next.value.length;
      continue;
    }
    const rest = next.value.subarray(at);
    return { first: String.fromCharCode(rest[0] ?? 0), whole: from([rest], chunks) };
  }
}

/** A server that keeps a connection alive sends a few before it answers. */
const maxBlanks = 1024 * 1024;

const blank: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** The place of the first byte behind white space and a byte order mark; -1: there is none. */
function firstOfText(chunk: Uint8Array): number {
  return chunk.findIndex((byte, at) => !blank.has(byte) && !isMark(chunk, at));
}

/** Whether a byte belongs to the byte order mark of UTF-8, of which a chunk may hold a part. */
function isMark(chunk: Uint8Array, at: number): boolean {
  const start = at - byteOrderMark.indexOf(chunk[at] ?? 0);
  return byteOrderMark.every((byte, i) => (chunk[start + i] ?? byte) === byte) && start <= at;
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

async function* from(
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** The beginning of a body that is not data; as much as arrived where the connection breaks. */
async function beginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxErrorBody) break;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return Buffer.concat(chunks).subarray(0, maxErrorBody).toString('utf8');
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

import type { Dispatcher } from 'undici';
import type { ZodType } from 'zod';
import { AuthError, DataError } from '../errors.ts';
import { locateJsonError } from './broken-json.ts';
import {
  excerpt,
  Failure,
  networkFailure,
  pageFailure,
  serverMessage,
  statusFailure,
} from './failure.ts';

/** An answer with status 2xx whose body begins like JSON. */
export interface Answer {
  readonly url: URL;
  /** The server's clock when it answered, in milliseconds since 1970; null without a Date header. */
  readonly date: number | null;
  /** The body from its first byte on; ends in a Failure where the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>;
}

type Opened =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'redirect'; readonly location: string };

/** An answer that is read as a whole may not be larger than this, in bytes. */
const largestWhole = 256 * 1024 * 1024;
const largestErrorBody = 64 * 1024;

/**
 * Tells a JSON answer from everything else that KUBECOST.md lists under "How it answers".
 *
 * @param now milliseconds since 1970, for a Retry-After that names a time
 * @throws Failure for an error status, a page of HTML, plain text, an empty body
 */
export async function openAnswer(
  response: Dispatcher.ResponseData,
  url: URL,
  now: number,
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
    const failure = statusFailure(status, text, url, retryAfter(response, now));
    throw status < 500 && failure.telling === 'final' && text.trimStart().startsWith('<')
      ? pageFailure(text, url, status)
      : failure;
  }
  const { first, whole } = await peek(body);
  if (first === '{' || first === '[') {
    const date = Date.parse(header(response, 'date') ?? '');
    return { kind: 'answer', answer: { url, body: whole, date: Number.isNaN(date) ? null : date } };
  }
  const text = await beginning(whole);
  response.body.on('error', () => {}).destroy();
  if (first === '<' || /html/i.test(header(response, 'content-type') ?? '')) {
    throw pageFailure(text, url, status);
  }
  const said = excerpt(text);
  throw new Failure(
    new DataError(
      `${url.origin}${url.pathname} answered ${said ? `"${said}"` : 'nothing'} instead of JSON`,
      'is this the address of a Kubecost? kc-etl needs its API, with or without /model',
    ),
    { telling: 'page', status },
  );
}

/** What surrounds the data of every answer; `data` is what the endpoint is about. */
export interface Envelope {
  readonly code?: number | undefined;
  readonly message?: string | undefined;
  readonly warning?: string | undefined;
}

/**
 * Reads a whole answer and checks its data.
 *
 * @throws Failure where the JSON is broken or cut short, the envelope is an error, or the data has
 * another shape; each names the place
 */
export async function readData<T>(answer: Answer, schema: ZodType<T>): Promise<T> {
  const text = await wholeText(answer);
  const json = parseJson(text, answer.url);
  if (typeof json !== 'object' || json === null || !('data' in json || 'code' in json)) {
    throw notAnEnvelope(json, answer.url);
  }
  const { data, ...envelope } = json as { data?: unknown } & Record<string, unknown>; // an object with one of the two
  checkEnvelope(envelope, answer.url);
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = fieldPath(['data', ...(issue?.path ?? [])]);
  throw shapeFailure(path, issue?.message ?? 'unexpected', answer.url);
}

/** @throws Failure where the envelope says that the request failed, whatever the HTTP status was */
export function checkEnvelope(envelope: Readonly<Record<string, unknown>>, url: URL): void {
  const { code, message } = envelope;
  if (code === undefined || code === null) return;
  if (typeof code !== 'number') throw shapeFailure('code', 'expected a number', url);
  if (code < 400) return;
  const said = typeof message === 'string' && message ? `: ${excerpt(message)}` : '';
  const text = `${url.origin}${url.pathname} answered with error ${code}${said}`;
  if (code === 401 || code === 403) {
    const hint = 'put a token into KC_ETL_TOKEN, or what your login wants into --header';
    throw new Failure(new AuthError(text, hint), { telling: 'auth', status: code });
  }
  const hint =
    code < 500 ? 'the server did not understand the request' : 'the server log has the reason';
  throw new Failure(new DataError(text, hint), { status: code });
}

/** `data[0].clusterEquality["a.b"]`: a place in a JSON document as people write it. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = excerpt(String(part));
    if (!/^[A-Za-z_][\w-]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text ? `${text}.${name}` : name;
  }, '');
}

/** The answer is JSON, but not what this endpoint answers. */
export function shapeFailure(path: string, problem: string, url: URL): Failure {
  return new Failure(
    new DataError(
      `${url.origin}${url.pathname} answered something unexpected at ${path}: ${excerpt(problem)}`,
      'is this a Kubecost of another version? Please report it with the output of --verbose',
    ),
  );
}

function notAnEnvelope(json: unknown, url: URL): Failure {
  const said = serverMessage(JSON.stringify(json));
  return new Failure(
    new DataError(
      `${url.origin}${url.pathname} answered JSON without code and data: ${said}`,
      'is this the address of a Kubecost? kc-etl needs its API, with or without /model',
    ),
    { telling: 'page' },
  );
}

async function wholeText(answer: Answer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > largestWhole) {
      throw new Failure(
        new DataError(
          `${answer.url.origin}${answer.url.pathname} answered more than ${largestWhole / 2 ** 20} MiB`,
          'ask for a smaller --window',
        ),
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(brokenJson(locateJsonError(text), url));
  }
}

/** @param place what was found where, or that the text ended */
export function brokenJson(
  place: { readonly offset: number; readonly truncated: boolean; readonly around: string },
  url: URL,
): DataError {
  const where = `${url.origin}${url.pathname}`;
  return place.truncated
    ? new DataError(
        `the answer of ${where} breaks off after ${place.offset} bytes`,
        'try again; if it happens again, ask for a smaller --window',
      )
    : new DataError(
        `${where} answered broken JSON at byte ${place.offset}, near "${excerpt(place.around)}"`,
        'some names are written by the server without escaping; a smaller --window may avoid it',
      );
}

async function* decoded(
  response: Dispatcher.ResponseData,
  url: URL,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const encoding = header(response, 'content-encoding');
    if (encoding === null || encoding === 'identity') yield* response.body;
    else yield* await decompressed(response.body, encoding);
  } catch (error) {
    throw networkFailure(error, url);
  }
}

async function decompressed(
  body: Dispatcher.ResponseData['body'],
  encoding: string,
): Promise<AsyncIterable<Uint8Array>> {
  const zlib = await import('node:zlib');
  const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
    gzip: zlib.createGunzip,
    'x-gzip': zlib.createGunzip,
    deflate: zlib.createInflate,
    br: zlib.createBrotliDecompress,
  };
  const decoder = decoders[encoding.toLowerCase()]?.();
  if (!decoder) throw new Error(`unknown content-encoding ${excerpt(encoding)}`);
  const { pipeline } = await import('node:stream');
  // the decoder ends in the error of the body, which is read there
  pipeline(body, decoder, () => {});
  return decoder as AsyncIterable<unknown> as AsyncIterable<Uint8Array>; // zlib streams yield Buffers
}

/** The first character that is not blank, and the body from there on. */
async function peek(
  body: AsyncIterable<Uint8Array>,
): Promise<{ first: string | null; whole: AsyncIterable<Uint8Array> }> {
  const chunks = body[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next();
    if (next.done) return { first: null, whole: from([], chunks) };
    const at = next.value.findIndex((byte) => !blank.has(byte));
    if (at < 0) continue;
    const rest = next.value.subarray(at);
    return { first: String.fromCharCode(rest[0] ?? 0), whole: from([rest], chunks) };
  }
}

/** White space, and the bytes of a byte order mark. */
const blank: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

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
      if (size >= largestErrorBody) break;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return Buffer.concat(chunks).subarray(0, largestErrorBody).toString('utf8');
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

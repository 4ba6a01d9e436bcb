import { pipeline, type Transform } from 'node:stream';
import { DataError } from '../errors.ts';
import { Failure } from './failure.ts';
import { excerpt } from './server-text.ts';

/** As many as other clients undo; a response with more is an attack. */
const maxEncodings = 5;

/**
 * A body as it was before the server encoded it.
 *
 * @param encodings the Content-Encoding header, in the order in which they were applied
 * @throws Failure for an encoding that is not known here; it is of no use to try again
 */
export async function decodeContent(
  body: AsyncIterable<Uint8Array>,
  encodings: string,
  url: URL,
): Promise<AsyncIterable<Uint8Array>> {
  const applied = encodings
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (applied.length === 0) return body;
  if (applied.length > maxEncodings) {
    throw unreadable(
      url,
      `encoded ${applied.length} times`,
      `kc-etl decodes up to ${maxEncodings} content encodings; a proxy in front may choose fewer`,
    );
  }
  const decoders = await decodersFor(applied.reverse(), url);
  return decoders.reduce((encoded, decode) => decode(encoded), body);
}

type Decoder = (body: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** @param create makes the stream that decodes; it depends on the first bytes where servers disagree */
function streaming(create: (first: Uint8Array) => Transform): Decoder {
  return async function* (body) {
    const [first, whole] = await firstChunk(body);
    const stream = create(first);
    // the decoder ends in the error of the body, which is read there
    pipeline(whole, stream, () => {});
    yield* stream as AsyncIterable<Uint8Array>; // zlib streams yield Buffers
  };
}

async function decodersFor(names: readonly string[], url: URL): Promise<Decoder[]> {
  const zlib = await import('node:zlib');
  const known = new Map<string, Decoder>([
    ['gzip', streaming(() => zlib.createGunzip())],
    ['x-gzip', streaming(() => zlib.createGunzip())],
    [
      'deflate',
      streaming((first) => (hasZlibHeader(first) ? zlib.createInflate() : zlib.createInflateRaw())),
    ],
    ['br', streaming(() => zlib.createBrotliDecompress())],
  ]);
  if ('createZstdDecompress' in zlib) {
    const create = zlib.createZstdDecompress as () => Transform; // not in the types of Node 20
    const { decodeZstd } = await import('./zstd.ts');
    known.set('zstd', (body) => decodeZstd(body, create));
  }
  return names.map((name) => {
    const decoder = known.get(name);
    if (decoder) return decoder;
    throw unreadable(
      url,
      `in the content encoding '${excerpt(name)}', which kc-etl does not read`,
      name === 'zstd'
        ? 'Node 22.15 and later read it'
        : `it reads ${[...known.keys()].join(', ')}; a proxy in front may choose another`,
    );
  });
}

function unreadable(url: URL, how: string, hint: string): Failure {
  return new Failure(new DataError(`${url.origin}${url.pathname} returned a body ${how}`, hint));
}

/** RFC 9110 says zlib; some servers send the data alone. */
function hasZlibHeader([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0;
}

/** The beginning of a body, of two bytes at least where there are so many, and the whole of it. */
async function firstChunk(
  body: AsyncIterable<Uint8Array>,
): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
  const chunks = body[Symbol.asyncIterator]();
  let first = new Uint8Array();
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    first = Buffer.concat([first, next.value]);
    if (first.length > 1) break;
  }
  const whole = async function* () {
    try {
      if (first.length > 0) yield first;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  };
  return [first, whole()];
}

import { Failure } from './failure.ts';

/** Of a response that is no data, so many bytes are looked at. */
const maxErrorBody = 64 * 1024;

/** The first character that is not blank, and the body from there on. */
export async function peek(
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
export async function beginning(body: AsyncIterable<Uint8Array>): Promise<string> {
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

import fc from 'fast-check';
import type { ApiResponse } from '../../src/kubecost/response.ts';

const blank = fc.constantFrom('', '', '', ' ', '\n', '\t\r\n ');

const hex = (text: string) =>
  [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

/** A string of JSON, with characters escaped that need not be. */
export const jsonString = fc
  .tuple(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('', '__proto__', 'a"b', '\\', '/', '}],{', 'é', '\ud83d\ude80'),
    ),
    fc.boolean(),
  )
  .map(([text, escaped]) =>
    escaped && !/[\ud800-\udfff]/.test(text) ? `"${hex(text)}"` : JSON.stringify(text),
  );

const scalar = fc.oneof(
  jsonString,
  fc.constantFrom('null', 'true', 'false', '0', '-0.000000', '1e-06', '1E+2', '12.5', '-7'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => JSON.stringify(n)),
);

/** JSON texts with white space anywhere, names that come twice, and containers in containers. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => {
  const spaced = (text: fc.Arbitrary<string>) =>
    fc.tuple(blank, text, blank).map((parts) => parts.join(''));
  const list = (item: fc.Arbitrary<string>, open: string, close: string) =>
    fc
      .tuple(fc.array(item, { maxLength: 4 }), blank)
      .map(([items, space]) => `${open}${items.join(',') || space}${close}`);
  const member = fc.tuple(spaced(jsonString), tie('value')).map((parts) => parts.join(':'));
  return {
    value: spaced(
      fc.oneof(
        { maxDepth: 4, depthSize: 'small' },
        scalar,
        list(tie('value'), '[', ']'),
        list(member, '{', '}'),
      ),
    ),
  };
}).value;

/** Texts that are JSON, or were before a byte of them was changed. */
export function broken(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.tuple(
    fc.nat(),
    fc.nat({ max: 1 }),
    fc.constantFrom(
      '',
      ',',
      ':',
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      '\t',
      '\u0001',
      '0',
      '-',
      '.',
      'e',
      'n',
      ' ',
      '\ufeff',
    ),
  );
  return fc.tuple(texts, change).map(([text, [at, cut, put]]) => {
    const place = at % (text.length + 1);
    return Buffer.from(text.slice(0, place) + put + text.slice(place + cut)).toString();
  });
}

/** The bytes of a text in pieces of any size, some of one byte. */
export function chunked(
  texts: fc.Arbitrary<string>,
): fc.Arbitrary<{ text: string; chunks: Uint8Array[] }> {
  return fc
    .tuple(
      texts,
      fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 60 })), { minLength: 1 }),
      fc.boolean(),
    )
    .map(([text, sizes, whole]) => ({
      text,
      chunks: whole ? [Buffer.from(text)] : cut(text, sizes),
    }));
}

export function cut(text: string, sizes: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text);
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

export async function* streamOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** An answer with this body, in pieces of these sizes and the rest. */
export function answerOf(bytes: Buffer, pieces: readonly number[]): ApiResponse {
  async function* body() {
    let at = 0;
    for (const piece of pieces) {
      yield bytes.subarray(at, at + piece);
      at += piece;
    }
    yield bytes.subarray(at);
  }
  return { url: new URL('http://test/'), date: null, body: body() } as ApiResponse; // all that is read of it
}

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { JsonSyntaxError } from '../../../src/kubecost/json/syntax-error.ts';
import { JsonTokenizer, tokenizeJson } from '../../../src/kubecost/json/tokenizer.ts';
import type { Visitor } from '../../../src/kubecost/json/visitor.ts';
import { broken, chunked, cut, jsonText, streamOf } from '../../support/json-text.ts';

/** Reads a text by going into containers down to a depth, and puts it together again. */
function read(chunks: Iterable<Uint8Array>, depth: number): unknown {
  let root: unknown;
  const inside = (left: number, set: (key: string | number, value: unknown) => void): Visitor => {
    return {
      enter(key, opening) {
        if (left === 0) return undefined;
        const container: unknown[] | object = opening === '[' ? [] : {};
        const inner = inside(left - 1, (name, value) =>
          Object.defineProperty(container, name, {
            value,
            configurable: true,
            enumerable: true,
            writable: true,
          }),
        );
        return { ...inner, leave: () => set(key, container) };
      },
      value: (row) => set(row.key, row.json()),
    };
  };
  const cutter = new JsonTokenizer(
    inside(depth, (_key, value) => {
      root = value;
    }),
  );
  for (const chunk of chunks) cutter.push(chunk);
  cutter.end();
  return root;
}

function parse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

function failure(chunks: Iterable<Uint8Array>, depth = 2): JsonSyntaxError {
  try {
    read(chunks, depth);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
  throw new Error('it was read');
}

const depths = fc.nat({ max: 5 });

describe('the values of a JSON text in chunks', () => {
  test('are those of JSON.parse, however deep it is walked', () => {
    fc.assert(
      fc.property(chunked(jsonText), depths, ({ text, chunks }, depth) => {
        expect(read(chunks, depth)).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('are refused exactly when JSON.parse refuses the text', () => {
    fc.assert(
      fc.property(chunked(broken(broken(jsonText))), depths, ({ text, chunks }, depth) => {
        const parsed = parse(text.replace(/^\ufeff/, ''));
        if (parsed) expect(read(chunks, depth)).toStrictEqual(parsed.value);
        else expect(() => read(chunks, depth)).toThrow(JsonSyntaxError);
      }),
      { numRuns: 10_000 },
    );
  });

  test('a text cut off is truncated, not malformed', () => {
    const containers = jsonText.filter((text) => /^\s*[[{]/.test(text));
    fc.assert(
      fc.property(containers, fc.nat(), depths, (text, at, depth) => {
        const bytes = Buffer.from(text.trimEnd());
        const rest = bytes.subarray(0, at % bytes.length);
        expect(failure([rest], depth)).toMatchObject({ truncated: true, offset: rest.length });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('errors name the place', () => {
  const cases: [string, number, string][] = [
    ['{"data": [1, 2,]}', 15, 'expected a value near'],
    ['{"data": [1 2]}', 12, "expected ',' or ']'"],
    ['{"data": {"a": 1,, "b": 2}}', 17, 'expected a name'],
    ['{"data": {"a" 1}}', 14, "expected ':'"],
    ['{"code": 200} x', 14, 'expected nothing more'],
    ['{"data": {"a": {"deep": [1, {"b": }]}}}', 34, 'expected a value'],
    ['{"data": {"a": {"deep": nul}}}', 24, 'expected a value'],
    ['{"data": {"a": [1, "tab\there"]}}', 19, 'expected a value'],
    ['', 0, ''],
  ];
  test.each(cases)('%s', (text, offset, expected) => {
    for (const size of [1, 7, 100]) {
      const error = failure(cut(text, [size]));
      expect(error.offset).toBe(offset);
      expect(error.message).toContain(expected);
    }
  });

  test('without control characters', () => {
    const error = failure([Buffer.from('{"a\u001b[31m\u0000": 1}')]);
    expect(error.message).not.toMatch(/[\p{Cc}]/u);
  });
});

test.each(['[,1]', '[1,,2]', '{"a":,"b":1}', '{"a":}', '[1,]', '{"a":1,}', '{,}', '[1}', '{"a"}'])(
  'what is between values is checked, whoever looks at these: %s',
  (text) => {
    const careless: Visitor = { enter: () => careless, value: () => {} };
    expect(() => new JsonTokenizer(careless).push(Buffer.from(text))).toThrow(JsonSyntaxError);
  },
);

test('a name that comes twice is seen twice', async () => {
  const seen: unknown[] = [];
  const visitor: Visitor = {
    enter: (_key, opening) => (opening === '{' ? visitor : undefined),
    value: (row) => seen.push([[...row.path], row.offset, row.json()]),
  };
  await tokenizeJson(streamOf(cut('{"x":{"a":1,"a":[2]}}', [3])), visitor);
  expect(seen).toEqual([
    [['x', 'a'], 10, 1],
    [['x', 'a'], 16, [2]],
  ]);
});

test('a byte order mark is skipped, also in pieces, but only at the beginning', () => {
  const bytes = Buffer.from('\ufeff[1]');
  expect(read([bytes], 1)).toEqual([1]);
  expect(
    read(
      [...bytes].map((byte) => Buffer.from([byte])),
      1,
    ),
  ).toEqual([1]);
  expect(failure([Buffer.from('[\ufeff1]')]).truncated).toBe(false);
  expect(failure([Buffer.from('\ufeff')]).truncated).toBe(true);
  expect(failure([bytes.subarray(0, 2), bytes.subarray(3)]).truncated).toBe(false);
});

test('a reader of bytes is tried first, and only where its container said so', () => {
  const taken: [string | number, string][] = [];
  const rows: Visitor = {
    read(bytes, start, limit, key) {
      if (bytes[start] !== 0x37 || start + 1 >= limit) return -1;
      taken.push([key, 'read']);
      return start + 1;
    },
    value: (row) => taken.push([row.key, String(row.json())]),
  };
  const cutter = new JsonTokenizer({ enter: () => rows, value: () => {} });
  cutter.push(Buffer.from('{"a":7,"b":8, "c" : 7 ,"d":7'));
  cutter.push(Buffer.from('}'));
  cutter.end();
  expect(taken).toEqual([
    ['a', 'read'],
    ['b', '8'],
    ['c', 'read'],
    ['d', '7'],
  ]);
});

test('the bytes that are copied grow linearly with the length of one value', () => {
  const chunk = Buffer.from('x'.repeat(1024));
  const chunks = 8 * 1024;
  let copied = 0;
  const typedArray: Uint8Array = Object.getPrototypeOf(Uint8Array.prototype);
  const { set } = typedArray;
  const spy = vi.spyOn(typedArray, 'set').mockImplementation(function (
    this: Uint8Array,
    source,
    offset,
  ) {
    copied += source.length;
    set.call(this, source, offset);
  });
  const tokenizer = new JsonTokenizer({
    enter: () => ({ value: (row) => void row.json() }),
    value: () => {},
  });
  tokenizer.push(Buffer.from('["'));
  for (let i = 0; i < chunks; i++) tokenizer.push(chunk);
  tokenizer.push(Buffer.from('"]'));
  tokenizer.end();
  spy.mockRestore();
  expect(copied).toBeGreaterThan(chunks * chunk.length);
  expect(copied).toBeLessThan(4 * chunks * chunk.length);
});

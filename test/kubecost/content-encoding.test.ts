import * as zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ran, testDeps } from '../support/deps.ts';
import { serve } from '../support/server.ts';

const text = JSON.stringify({ code: 200, data: { counters: { AssetSetSaved: 7 }, asset: [] } });

/** The log under a Content-Encoding, sent whole or a byte at a time. */
async function events(encoding: string | string[], body: Uint8Array, isSlow = false) {
  await using server = await serve({
    '*': (_, response) => {
      response.setHeader('content-encoding', encoding);
      response.writeHead(200, { 'content-type': 'application/json' });
      if (isSlow) for (const byte of body) response.write(Uint8Array.of(byte));
      response.end(isSlow ? undefined : body);
    },
  });
  const deps = testDeps();
  const result = await ran(['events', '--url', `${server.url}/model`, '--retries', '1'], deps);
  return { ...result, retries: deps.clock.sleeps.length };
}

const { gzipSync, deflateSync, deflateRawSync, brotliCompressSync } = zlib;

describe('a body is read in the encoding', () => {
  test.each([
    ['identity', Buffer.from(text)],
    ['Identity', Buffer.from(text)],
    ['', Buffer.from(text)],
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['identity, gzip', gzipSync(text)],
    ['gzip,identity', gzipSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['deflate, gzip', gzipSync(deflateRawSync(text))],
  ] as const)('%s', async (encoding, body) => {
    for (const isSlow of [false, true]) {
      const { code, stdout } = await events(encoding, body, isSlow);
      expect(stdout).toContain('AssetSetSaved');
      expect(code).toBe(0);
    }
  });
});

// test/package/smoke.js runs the same on other versions of Node
describe('zstd, where Node has it', () => {
  const compress =
    'zstdCompressSync' in zlib ? (zlib.zstdCompressSync as (text: string) => Buffer) : null; // not in the types of Node 20

  test.runIf(compress)('is read, in one frame and in several', async () => {
    const frame = compress?.(text) ?? Buffer.of();
    const frames = [...text].map((char) => compress?.(char) ?? Buffer.of());
    for (const body of [frame, Buffer.concat(frames)]) {
      for (const isSlow of [false, true]) {
        const { code, stdout } = await events('zstd', body, isSlow);
        expect(stdout).toContain('AssetSetSaved');
        expect(code).toBe(0);
      }
    }
  });

  test.runIf(compress)('is asked for again where it is cut short', async () => {
    const frame = compress?.(text) ?? Buffer.of();
    for (const missing of [1, 9, frame.length - 2]) {
      const { code, stderr, retries } = await events('zstd', frame.subarray(0, -missing));
      expect(stderr).toContain('ended before the response was complete');
      expect({ code, retries }).toEqual({ code: 3, retries: 1 });
    }
  });

  test.runIf(compress)('is an error where something else is behind it', async () => {
    const body = Buffer.concat([compress?.(text) ?? Buffer.of(), Buffer.from('<html>')]);
    const { code, stderr, retries } = await events('zstd', body);
    expect(stderr).toContain('sent a body that is not in the content encoding it names');
    expect({ code, retries }).toEqual({ code: 3, retries: 0 });
  });

  test.skipIf(compress)('is an error that names the versions where it has not', async () => {
    const { code, stderr, retries } = await events('zstd', Buffer.from(text));
    expect(stderr).toContain("content encoding 'zstd', which kc-etl does not read\nhint: Node");
    expect({ code, retries }).toEqual({ code: 3, retries: 0 });
  });
});

describe('a body is an error, and not asked for again,', () => {
  test.each([
    ['compress', "returned a body in the content encoding 'compress', which kc-etl does not read"],
    ['gzip, aws-chunked', "content encoding 'aws-chunked'"],
    ['gzip, gzip, gzip, gzip, gzip, gzip', 'a body encoded 6 times'],
  ])('in the encoding %s', async (encoding, said) => {
    const { code, stdout, stderr, retries } = await events(encoding, gzipSync(text));
    expect(stderr).toContain(said);
    expect({ code, stdout, retries }).toEqual({ code: 3, stdout: '', retries: 0 });
  });

  test.each(['gzip', 'br', 'deflate'])(
    'that is not in the encoding %s that it names',
    async (name) => {
      const { code, stderr, retries } = await events(name, Buffer.from(`<html>${text}`));
      expect(stderr).toContain('sent a body that is not in the content encoding it names\nhint:');
      expect({ code, retries }).toEqual({ code: 3, retries: 0 });
    },
  );
});

test.each([
  ['gzip', gzipSync(text)],
  ['br', brotliCompressSync(text)],
  ['deflate', deflateSync(text)],
])('a body in %s that is cut short is asked for again', async (encoding, body) => {
  const { code, stderr, retries } = await events(encoding, body.subarray(0, -9));
  expect(stderr).toContain('ended before the response was complete');
  expect({ code, retries }).toEqual({ code: 3, retries: 1 });
});

test('encodings in several headers were applied one after the other', async () => {
  const { stdout } = await events(['identity', 'gzip', 'br'], brotliCompressSync(gzipSync(text)));
  expect(stdout).toContain('AssetSetSaved');
});

test('more encodings than are decoded are counted, and asked for once', async () => {
  const { code, stderr, retries } = await events(Array<string>(6).fill('gzip'), gzipSync(text));
  expect(stderr).toContain('returned a body encoded 6 times\nhint: kc-etl decodes up to 5');
  expect({ code, retries }).toEqual({ code: 3, retries: 0 });
});

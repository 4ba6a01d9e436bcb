import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { limited } from '../../src/kubecost/json/size-limit.ts';
import { ValueScanner } from '../../src/kubecost/json/value-scanner.ts';
import { makeAuthority } from '../support/certificates.ts';
import { folder } from '../support/folder.ts';
import { head, serveRaw } from '../support/raw-server.ts';
import { serve } from '../support/server.ts';
import { spawned } from '../support/spawn.ts';

const mebibyte = 1024 * 1024;
/** More than the largest value, its copy and Node take together; far less than what is sent. */
const mostMemory = 900 * mebibyte;
const largest = 'of more than 256 MiB\nhint: ask for a smaller --window';

/** The built program, told to give up soon: what it says, and the most memory it took. */
async function gaveUp(command: readonly string[], url: string, env: Record<string, string> = {}) {
  using place = folder();
  const measured = place.at('memory');
  const hook = place.write(
    'report-memory.cjs',
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(measured)}, String(process.resourceUsage().maxRSS)));`,
  );
  const argv = [...command, '--url', url, '--timeout', '3s', '--retries', '0'];
  const result = await spawned(argv, { ...env, NODE_OPTIONS: `--require ${hook}` });
  expect(result.stderr).toMatch(/^error: /);
  expect(result.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  expect(result.stdout).toBe('');
  expect(result.code).toBe(3);
  const memory = Number(place.read('memory')) * 1024;
  expect(memory).toBeGreaterThan(0);
  expect(memory).toBeLessThan(mostMemory);
  return result.stderr;
}

/** Sends a head and a beginning, then the same piece until the other side hangs up. */
function endless(beginning: string, piece: string | Buffer, headers: Record<string, string> = {}) {
  const sent = head('200 OK', { 'content-type': 'application/json', ...headers });
  return serveRaw((socket) => {
    socket.write(Buffer.concat([Buffer.from(sent), Buffer.from(beginning, 'latin1')]));
    pour(socket, Buffer.from(piece));
  });
}

function pour(socket: Socket, piece: Buffer): void {
  while (!socket.destroyed && socket.write(piece));
  if (!socket.destroyed) socket.once('drain', () => pour(socket, piece));
}

describe('no way to the server', () => {
  test('unreachable: an address that leads nowhere', async () => {
    // 192.0.2.0/24 is for documentation: nobody has it
    const said = await gaveUp(['events'], 'http://192.0.2.1:9090');
    expect(said).toMatch(/no connection to .* in time|cannot be reached|nothing listens/);
    expect(said).toContain('\nhint: ');
  });

  test('refused', async () => {
    const server = await serveRaw(() => {});
    await server[Symbol.asyncDispose]();
    expect(await gaveUp(['events'], server.url)).toContain('nothing listens at');
  });

  test('a name that is not known', async () => {
    const said = await gaveUp(['events'], 'http://kubecost.invalid:9090');
    expect(said).toContain('the host name in http://kubecost.invalid:9090 cannot be resolved');
  });

  test('a certificate for another name', async () => {
    using authority = makeAuthority();
    const { cert, key } = authority.issue('other', ['DNS:other.example']);
    const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
    const said = await gaveUp(['events', '--ca-file', authority.ca], `https://localhost:${port}`);
    await new Promise((resolve) => server.close(resolve));
    expect(said).toContain(`the certificate of https://localhost:${port} is for another name`);
  });
});

describe('a server that takes its time', () => {
  test('with the headers', async () => {
    await using server = await serveRaw((socket) => void socket.write('HTTP/1.1 200 OK\r\nx-a: '));
    expect(await gaveUp(['events'], server.url)).toContain('did not respond in time');
  });

  test.each(['events', 'audit'])('with the body: %s', async (command) => {
    await using server = await serve({
      '*': (_, response) =>
        void response.writeHead(200, { 'content-length': 999 }).write('{"code":200,"data":'),
    });
    expect(await gaveUp([command], server.url)).toContain('stopped in the middle of its response');
  });
});

test('10,000 redirects', async () => {
  await using server = await serve({
    '*': (request, response) => {
      const next = Number(request.path.split('/').at(-1)) + 1 || 1;
      const location = next > 10_000 ? '/model/etl/log' : `/hop/${next}`;
      response.writeHead(302, { location }).end();
    },
  });
  expect(await gaveUp(['events'], server.url)).toContain('redirects in a circle');
  expect(server.requests.length).toBeLessThan(20);
});

describe('a body without an end', () => {
  const text = 'x'.repeat(mebibyte);

  test.each([
    ['a row', '{"code":200,"data":{"asset":[{"kind":"', ['events'], text],
    ['a name', '{"code":200,"data":{"', ['events'], text],
    ['an answer that is read as a whole', '{"code":200,"data":"', ['audit'], text],
    ['blanks', '{"code":200,"data":', ['events'], ' '.repeat(mebibyte)],
  ])('%s', async (_, beginning, command, piece) => {
    await using server = await endless(beginning, piece);
    expect(await gaveUp(command, `${server.url}/model`)).toContain(largest);
  });

  test('blanks before an answer', async () => {
    await using server = await endless('', ' '.repeat(mebibyte));
    expect(await gaveUp(['events'], server.url)).toContain('returned nothing instead of JSON');
  });

  test('fields that no answer has', async () => {
    await using server = await endless('{"a":1', ',"a":1'.repeat(10_000));
    expect(await gaveUp(['events'], `${server.url}/model`)).toContain('more than 1000 fields');
  });

  test.each(['<html>', 'not found '])('of a page: %s', async (page) => {
    await using server = await endless(page, text);
    expect(await gaveUp(['events'], server.url)).toContain('returned');
  });

  test('of an error', async () => {
    await using server = await serveRaw((socket) => {
      socket.write(head('500 Internal Server Error', { 'content-type': 'text/plain' }));
      pour(socket, Buffer.from(text));
    });
    expect(await gaveUp(['events'], server.url)).toContain('returned 500');
  });
});

describe('a gzip bomb', () => {
  const bomb = gzipSync(Buffer.alloc(16 * mebibyte, 'x'));

  test.each([
    ['a row', '{"code":200,"data":{"asset":[{"kind":"', ['events']],
    ['an answer that is read as a whole', '{"code":200,"data":"', ['audit']],
  ])('in %s', async (_, beginning, command) => {
    const first = gzipSync(beginning).toString('latin1');
    await using server = await endless(first, bomb, { 'content-encoding': 'gzip' });
    expect(await gaveUp(command, `${server.url}/model`)).toContain(largest);
  });
});

describe('the limits themselves', () => {
  async function* chunks(count: number) {
    for (let i = 0; i < count; i++) yield Buffer.from('xxxx');
  }

  test('of an answer that is read as a whole', async () => {
    const read = async (most: number) => {
      let size = 0;
      for await (const chunk of limited(chunks(3), most)) size += chunk.length;
      return size;
    };
    expect(await read(12)).toBe(12);
    await expect(read(11)).rejects.toThrow('the server sent a response of more than 11 bytes');
  });

  test('of one value', () => {
    const scanner = new ValueScanner(8);
    expect(scanner.scan(Buffer.from('"123'), 0)).toBe(-1);
    expect(scanner.scan(Buffer.from('4567'), 0)).toBe(-1);
    expect(() => scanner.scan(Buffer.from('8'), 0)).toThrow(
      'the server sent one value of more than 8 bytes',
    );
  });
});

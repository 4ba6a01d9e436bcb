import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { isAllowedHost } from '../../src/watch/http/hosts.ts';
import { type Page, textPage } from '../../src/watch/http/page.ts';
import { defaultLimits, type PageServer, servePages } from '../../src/watch/http/server.ts';
import { until } from '../support/waiting.ts';

/** Answers that do not fit into the buffers of a connection. */
const large = 'x'.repeat(32_000_000);

const pages = new Map<string, () => Page | Promise<Page>>([
  ['/', () => textPage(200, 'hello')],
  ['/large', () => textPage(200, large)],
  [
    '/broken',
    () => {
      throw new Error('secret of the program');
    },
  ],
]);

const limits = { ...defaultLimits, request: 100, idle: 1_500, connections: 4, closing: 50 };

let server: PageServer;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = await servePages({ host: '127.0.0.1', port: 0 }, pages, limits);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

/** A connection, with what it received and whether it has ended. */
async function connection(reads = true) {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  sockets.push(socket);
  const seen = { socket, text: '', ended: false };
  socket.on('error', () => {});
  socket.on('close', () => {
    seen.ended = true;
  });
  if (reads) socket.on('data', (bytes) => (seen.text += bytes.toString('latin1')));
  else socket.pause();
  await once(socket, 'connect');
  return seen;
}

/** Everything that the server sends to these bytes, until it ends the connection. */
async function exchange(bytes: string): Promise<string> {
  const seen = await connection();
  seen.socket.write(bytes);
  await until('the connection ends', () => seen.ended);
  return seen.text;
}

const status = (text: string) => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? '';
const request = (line: string, ...headers: string[]) =>
  [line, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');

describe('requests', () => {
  test('GET and HEAD are answered, with headers that keep the page to itself', async () => {
    const answer = await fetch(server.url);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('hello\n');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "frame-ancestors 'none'",
    });
    const head = await exchange(request('HEAD / HTTP/1.1'));
    expect(head).toContain('content-length: 6');
    expect(head).toMatch(/\r\n\r\n$/);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])(
    '%s is refused',
    async (method) => {
      const answer = await exchange(request(`${method} / HTTP/1.1`));
      expect(status(answer)).toBe('405');
      expect(answer).toContain('allow: GET, HEAD');
    },
  );

  test.each([
    ['a path that is not there', request('GET /etc/passwd HTTP/1.1'), '404'],
    ['a path that climbs', request('GET /../../etc/passwd HTTP/1.1'), '404'],
    ['a query', request('GET /?x=<script> HTTP/1.1'), '200'],
    ['an address in place of a path', request('GET http://localhost/ HTTP/1.1'), '404'],
    ['another host', request('GET / HTTP/1.1').replace('localhost', 'evil.example'), '421'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', '400'],
    ['a body', request('GET / HTTP/1.1', 'Content-Length: 3').concat('abc'), '413'],
    [
      'a body whose length is unknown',
      request('GET / HTTP/1.1', 'Transfer-Encoding: chunked').concat('0\r\n\r\n'),
      '413',
    ],
    [
      'two lengths of one body',
      request('GET / HTTP/1.1', 'Content-Length: 3', 'Transfer-Encoding: chunked'),
      '400',
    ],
    ['bytes that are no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400'],
    ['a header that is too large', request('GET / HTTP/1.1', `X: ${'a'.repeat(20_000)}`), '431'],
    ['a path that is too large', request(`GET /${'a'.repeat(20_000)} HTTP/1.1`), '431'],
    ['a tunnel', request('CONNECT evil.example:80 HTTP/1.1'), ''],
    [
      'another protocol',
      request('GET / HTTP/1.1', 'Upgrade: websocket').replace('close', 'upgrade'),
      '',
    ],
    ['a wait for permission', request('POST / HTTP/1.1', 'Expect: 100-continue'), '405'],
  ])('%s', async (_, bytes, code) => {
    expect(status(await exchange(bytes))).toBe(code);
    expect((await fetch(server.url)).status).toBe(200);
  });

  test('a page that fails ends the connection and says nothing', async () => {
    expect(await exchange(request('GET /broken HTTP/1.1'))).toBe('');
    expect((await fetch(server.url)).status).toBe(200);
  });
});

describe('clients that take their time', () => {
  test('a request that is sent byte by byte is given up', async () => {
    const answer = await exchange('GET / HTTP/1.1\r\nHost: localhost\r\nX: ');
    expect(status(answer)).toBe('408');
  });

  test('a client that sends nothing, and one that does not read', async () => {
    const silent = await connection();
    const deaf = await connection(false);
    deaf.socket.write(request('GET /large HTTP/1.1'));
    await until('both have ended', async () => {
      deaf.socket.resume();
      return silent.ended && deaf.ended;
    });
  });

  test('as many connections as there may be do not keep others out for long', async () => {
    for (let i = 0; i < limits.connections; i++) {
      const { socket } = await connection();
      socket.write('GET / HTTP/1.1\r\nX');
    }
    await until('a request is answered', () =>
      fetch(server.url).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });

  test('connections that wait for their next request make room', async () => {
    for (let i = 0; i < limits.connections; i++) {
      const seen = await connection();
      seen.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await until('it is answered', () => seen.text.includes('hello'));
    }
    await until('another is answered', () =>
      fetch(server.url).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });

  test('closing does not wait for them', async () => {
    const deaf = await connection(false);
    deaf.socket.write(request('GET /large HTTP/1.1'));
    await connection();
    await server.close();
    server = await servePages({ host: '127.0.0.1', port: 0 }, pages, limits);
  });
});

describe('the address', () => {
  test('one that is taken is a usage error', async () => {
    const { port } = new URL(server.url);
    const taken = servePages({ host: '127.0.0.1', port: Number(port) }, pages);
    await expect(taken).rejects.toThrow(UsageError);
    await expect(taken).rejects.toThrow(
      `--listen: 127.0.0.1:${port} cannot be used: another program listens there`,
    );
  });

  test('one of another machine, too', async () => {
    await expect(servePages({ host: '192.0.2.1', port: 0 }, pages)).rejects.toThrow(
      'this machine has no such address',
    );
  });

  test.each<[string, string, string | null, boolean]>([
    ['the name of the loopback', '127.0.0.1', 'localhost:9317', true],
    ['its addresses', '127.0.0.1', '127.0.0.1:9317', true],
    ['its address of IPv6', '::1', '[::1]:9317', true],
    ['in capitals and with a dot', '127.0.0.1', 'LOCALHOST.:80', true],
    ['a name that leads to it', '127.0.0.1', 'rebound.example:9317', false],
    ['a name that begins like it', '127.0.0.1', 'localhost.example', false],
    ['a number that begins like it', '127.0.0.1', '127.0.0.1.example', false],
    ['a name with a user', '127.0.0.1', 'localhost@evil.example', false],
    ['nothing', '127.0.0.1', '', false],
    ['HTTP/1.0 without one', '127.0.0.1', null, true],
    ['any name where the server is public', '0.0.0.0', 'kc-etl.monitoring.svc:9317', true],
  ])('Host: %s', (_, listening, header, allowed) => {
    expect(isAllowedHost(listening, header)).toBe(allowed);
  });
});

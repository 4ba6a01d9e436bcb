import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeAuthority } from '../../support/certificates.ts';
import { ran, testDeps } from '../../support/deps.ts';
import { describeWith } from '../../support/installed.ts';
import { freePort } from '../../support/processes.ts';
import { head, serveRaw } from '../../support/raw-server.ts';

const server = 'kubecost.example.com';

/** One request to a server that only the proxy can resolve. */
async function through(proxy: string, scheme: 'http' | 'https', ...argv: string[]) {
  const deps = testDeps({ env: { ALL_PROXY: proxy } });
  const address = `${scheme}://${server}/model`;
  const result = await ran(['events', '--url', address, '--timeout', '2s', ...argv], deps);
  expect(result.stdout).toBe('');
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(2);
  return { ...result, retries: deps.clock.sleeps.length };
}

describe.each(['http', 'https'] as const)('a proxy on the way to %s', (scheme) => {
  test('nothing listens', async () => {
    const proxy = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr, retries } = await through(proxy, scheme);
    expect(stderr).toContain(
      `error: nothing listens at the proxy ${proxy}\nhint: check HTTP_PROXY`,
    );
    expect(stderr).toContain(`NO_PROXY=${server} connects without the proxy`);
    expect({ code, retries }).toEqual({ code: 3, retries: 3 });
  });

  test('an unknown name', async () => {
    const { code, stderr } = await through('http://proxy.invalid:3128', scheme, '--retries', '0');
    expect(stderr).toContain(
      'the host name in the proxy http://proxy.invalid:3128 cannot be resolved',
    );
    expect(code).toBe(3);
  });

  test.each([
    [407, 4, 'put user:password into the address of the proxy'],
    [403, 3, 'is the proxy allowed to reach it?'],
  ])('it answers %i', async (status, exitCode, hint) => {
    await using proxy = await serveRaw((socket) =>
      socket.end(`${head(`${status} No`, { 'content-type': 'text/html' })}<h1>No</h1>`),
    );
    if (scheme === 'http' && status === 403) return; // cannot be told apart from the server's own
    const { code, stderr, retries } = await through(proxy.url, scheme);
    expect(stderr).toContain(`the proxy refused a connection to ${scheme}://${server} (${status})`);
    expect(stderr).toContain(hint);
    expect({ code, retries }).toEqual({ code: exitCode, retries: 0 });
  });
});

/** A corporate proxy that wants a login of Windows, as people meet it. */
const ntlmPage = `${head('407 Proxy Authentication Required', {
  Connection: 'close',
  'Content-Type': 'text/html; charset=utf-8',
  'Proxy-Authenticate': 'NTLM\r\nProxy-Authenticate: BASIC realm="corp"',
  'Proxy-Connection': 'close',
})}<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>Sign in: credentials are missing</BODY></HTML>`;

test.each(['http', 'https'] as const)('a page about a login on the way to %s', async (scheme) => {
  await using proxy = await serveRaw((socket) => socket.end(ntlmPage));
  const { code, stderr } = await through(proxy.url, scheme);
  expect(stderr).toContain(`the proxy refused a connection to ${scheme}://${server} (407)`);
  expect(code).toBe(4);
});

describe('CONNECT', () => {
  test('a proxy that hangs up is asked once for each try', async () => {
    await using proxy = await serveRaw((socket) => socket.end());
    const { code, stderr } = await through(proxy.url, 'https', '--retries', '2');
    expect(stderr).toContain(`the proxy ${proxy.url} closed the connection without a response`);
    expect(proxy.requests).toHaveLength(3);
    expect(proxy.requests[0]).toMatch(/^CONNECT kubecost\.example\.com:443 HTTP\/1\.1\r\n/);
    expect(code).toBe(3);
  });

  test.each([
    ['is silent', ''],
    ['never ends its head', 'HTTP/1.1 200 OK\r\nVia: a'],
  ])('a proxy that %s', async (_, sent) => {
    await using proxy = await serveRaw((socket) => socket.write(sent));
    const { code, stderr } = await through(proxy.url, 'https', '--timeout', '200ms');
    expect(stderr).toContain(`the proxy ${proxy.url} did not open the connection in time`);
    expect(code).toBe(3);
  });

  test('a tunnel to a server that is silent', async () => {
    await using proxy = await serveRaw((socket, request) => {
      if (request.startsWith('CONNECT')) socket.write(head('200 OK', {}));
    });
    const { code, stderr } = await through(proxy.url, 'https', '--timeout', '200ms');
    expect(stderr).toContain(`https://${server} did not complete the TLS handshake in time`);
    expect(code).toBe(3);
  });

  test.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\na: ${'b'.repeat(20_000)}`],
    ['more than a head', `${head('200 OK', {})}HTTP/1.1 200 OK\r\n\r\n`],
  ])('a proxy that sends %s', async (what, sent) => {
    await using proxy = await serveRaw((socket) => socket.write(sent));
    const { code, stderr } = await through(proxy.url, 'https', '--retries', '0');
    expect(stderr).toContain(`the proxy ${proxy.url} does not speak HTTP`);
    expect(code, what).toBe(3);
  });

  test.each([502, 503, 504])('%i may pass', async (status) => {
    await using proxy = await serveRaw((socket) => socket.end(head(`${status} No`, {})));
    const { retries } = await through(proxy.url, 'https', '--retries', '2');
    expect(retries).toBe(2);
  });

  test('the login in the address is sent as typed, whatever signs it holds', async () => {
    await using proxy = await serveRaw((socket) => socket.end());
    const address = proxy.url.replace('//', '//ann:100%25%zz@');
    await through(address, 'https', '--retries', '0');
    const [, login = ''] =
      /Proxy-Authorization: Basic (.*)\r\n/.exec(proxy.requests[0] ?? '') ?? [];
    expect(Buffer.from(login, 'base64').toString()).toBe('ann:100%25%zz');
  });
});

describeWith(['openssl'], 'a proxy that speaks HTTPS', () => {
  test('its certificate is verified, and its failure is named as its own', async () => {
    using authority = makeAuthority();
    const { cert, key } = authority.issue('proxy', ['DNS:localhost']);
    await using proxy = await serveRaw((socket) => socket.end(head('407 No', {})), {
      cert: readFileSync(cert),
      key: readFileSync(key),
    });
    const address = `https://localhost:${proxy.port}`;
    const unknown = await through(address, 'https');
    expect(unknown.stderr).toContain(`the certificate of the proxy ${address} is not signed by`);
    expect(unknown.code).toBe(3);
    expect(proxy.requests).toEqual([]);
    for (const scheme of ['http', 'https'] as const) {
      const known = await through(address, scheme, '--ca-file', authority.ca);
      expect(known.code).toBe(4);
    }
    expect(proxy.requests.map((text) => text.split(' ', 2).join(' '))).toEqual([
      `GET http://${server}/model/etl/log`,
      `CONNECT ${server}:443`,
    ]);
  });
});

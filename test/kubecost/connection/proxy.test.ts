import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyFor } from '../../../src/kubecost/connection/proxy.ts';
import { type Authority, makeAuthority } from '../../support/certificates.ts';
import { ran, testDeps } from '../../support/deps.ts';
import { describeWith, program } from '../../support/installed.ts';
import { freePort, running } from '../../support/processes.ts';
import { replyData, serve, type TestServer } from '../../support/server.ts';

const log = { allocation: [], asset: [], counters: { AssetSetSaved: 7 } };

describeWith(['tinyproxy', 'openssl'], 'a forward proxy', () => {
  let directory: string;
  let authority: Authority;
  let plain: TestServer;
  let secure: { port: number; close: () => Promise<unknown> };
  let proxy: AsyncDisposable;
  let port: number;
  const logOf = () => readFileSync(join(directory, 'log'), 'utf8');
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kc-etl-proxy-'));
    authority = makeAuthority();
    plain = await serve({ '/model/etl/log': replyData(log) });
    const { cert, key } = authority.issue('zero', ['IP:0.0.0.0']);
    const server = createServer(
      { cert: readFileSync(cert), key: readFileSync(key) },
      (_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ code: 200, data: log }));
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    secure = {
      port: (server.address() as AddressInfo).port, // a TCP server has no other kind of address
      close: () => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      },
    };
    port = await freePort();
    writeFileSync(
      join(directory, 'conf'),
      `Port ${port}
Listen 127.0.0.1
Timeout 20
LogFile "${directory}/log"
LogLevel Connect
BasicAuth ann pa55-of-the-proxy
ConnectPort ${secure.port}
`,
    );
    proxy = await running(program('tinyproxy'), ['-d', '-c', join(directory, 'conf')], port);
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await plain?.[Symbol.asyncDispose]();
    await secure?.close();
    authority?.[Symbol.dispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  // an address that is this machine's and does not look like it: the way to the loopback is direct
  const here = (url: string) => url.replace('127.0.0.1', '0.0.0.0');
  const events = (url: string, env: Record<string, string>, ...more: string[]) =>
    ran(['events', '--url', url, '--retries', '0', ...more], testDeps({ env }));
  const address = (user = 'ann:pa55-of-the-proxy@') => `http://${user}127.0.0.1:${port}`;

  test('plain HTTP goes through it', async () => {
    const { code, stdout } = await events(here(plain.url), { HTTP_PROXY: address() });
    expect(code).toBe(0);
    expect(stdout).toContain('AssetSetSaved');
    expect(logOf()).toContain(`GET ${here(plain.url)}/model/etl/log`);
  });

  test('HTTPS goes through a tunnel, to the server that its certificate names', async () => {
    const url = `https://0.0.0.0:${secure.port}`;
    const ca = ['--ca-file', authority.ca];
    expect(await events(url, { https_proxy: address() }, ...ca)).toMatchObject({ code: 0 });
    expect(logOf()).toContain(`CONNECT 0.0.0.0:${secure.port}`);
    const unknown = await events(url, { https_proxy: address() });
    expect(unknown).toMatchObject({ code: 3, stderr: expect.stringContaining('--ca-file') });
  });

  test('its own login: refused and told apart, its password shown nowhere', async () => {
    for (const url of [here(plain.url), `https://0.0.0.0:${secure.port}`]) {
      const env = { ALL_PROXY: address('ann:not-the-pa55@') };
      const { code, stdout, stderr } = await events(url, env, '-v');
      // tinyproxy says 401 where others say 407: without a tunnel that looks like the server's own
      const said = url.startsWith('https:') ? 'the proxy refused' : 'returned 401';
      expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining(said) });
      expect(stdout + stderr).not.toContain('not-the-pa55');
    }
  });

  test('NO_PROXY goes past it', async () => {
    const before = logOf().length;
    const env = { HTTP_PROXY: address(), NO_PROXY: '0.0.0.0/8' };
    expect(await events(here(plain.url), env)).toMatchObject({ code: 0 });
    expect(await events(plain.url, { HTTP_PROXY: address() })).toMatchObject({ code: 0 });
    expect(logOf().length).toBe(before);
  });
});

describe('which way is taken', () => {
  const proxy = 'http://proxy:3128';

  test.each([
    ['http://kubecost.example.com', {}, null],
    ['http://kubecost.example.com', { HTTP_PROXY: proxy }, proxy],
    ['https://kubecost.example.com', { HTTP_PROXY: proxy }, null],
    ['https://kubecost.example.com', { HTTPS_PROXY: proxy }, proxy],
    [
      'https://kubecost.example.com',
      { https_proxy: 'http://small', HTTPS_PROXY: proxy },
      'http://small',
    ],
    ['https://kubecost.example.com', { ALL_PROXY: 'proxy:3128' }, proxy],
    ['http://localhost:9090', { HTTP_PROXY: proxy }, null],
    ['http://[::1]:9090', { HTTP_PROXY: proxy }, null],
    ['http://a.example.com', { HTTP_PROXY: proxy, NO_PROXY: 'example.com' }, null],
    ['http://a.example.com', { HTTP_PROXY: proxy, NO_PROXY: '.example.com, other' }, null],
    ['http://a.example.com', { HTTP_PROXY: proxy, NO_PROXY: 'ample.com' }, proxy],
    ['http://a.example.com:81', { HTTP_PROXY: proxy, NO_PROXY: 'a.example.com:80' }, proxy],
    ['http://a.example.com', { HTTP_PROXY: proxy, NO_PROXY: 'a.example.com:80' }, null],
    ['http://10.1.2.3', { HTTP_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, null],
    ['http://11.1.2.3', { HTTP_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, proxy],
    ['http://[fd00::1]', { HTTP_PROXY: proxy, NO_PROXY: 'fd00::/8' }, null],
    ['http://[fd00::1]', { HTTP_PROXY: proxy, NO_PROXY: '[fd00::1]' }, null],
    ['http://a.example.com', { HTTP_PROXY: proxy, NO_PROXY: '*' }, null],
  ] as const)('to %s with %j', (url, env, expected) => {
    expect(proxyFor(url, env)?.origin ?? null).toBe(expected);
  });

  test('a proxy that is none is an error that does not show it', () => {
    expect(() => proxyFor('http://a.example.com', { HTTP_PROXY: 'socks5://ann:pa55@x' })).toThrow(
      'HTTP_PROXY: that is not the address of an http or https proxy',
    );
  });
});

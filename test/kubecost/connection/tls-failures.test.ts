import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Authority, makeAuthority } from '../../support/certificates.ts';
import { ran, testDeps } from '../../support/deps.ts';
import { describeWith } from '../../support/installed.ts';
import { head, serveRaw } from '../../support/raw-server.ts';

const answer = `${head('200 OK', { 'content-length': 24 })}{"code":200,"data":null}`;

/** One command against a server with these settings; its only line but the hint. */
async function failure(tls: TlsOptions, argv: readonly string[], host = 'localhost') {
  await using server = await serveRaw((socket) => socket.end(answer), tls);
  const deps = testDeps();
  const url = `https://${host}:${server.port}`;
  const result = await ran(['events', '--url', `${url}/model`, ...argv], deps);
  expect(result.stdout).toBe('');
  expect(result.stderr).toMatch(/^error: .*\nhint: .*\n$/);
  // OpenSSL's own words and codes
  expect(result.stderr).not.toMatch(/SSL routines|ERR_|error:[0-9A-F]{8}|alert|EPROTO/);
  expect({ code: result.code, retries: deps.clock.sleeps }).toEqual({ code: 3, retries: [] });
  expect(server.requests).toEqual([]);
  return result.stderr.replaceAll(url, 'SERVER');
}

describeWith(['openssl'], 'a failure of TLS is explained', () => {
  let authority: Authority;
  let ca: string[];
  const files = ({ cert, key }: { cert: string; key: string }) => ({
    cert: readFileSync(cert),
    key: readFileSync(key),
  });
  beforeAll(() => {
    authority = makeAuthority();
    ca = ['--ca-file', authority.ca];
  });
  afterAll(() => authority[Symbol.dispose]());

  test('another name: those of the certificate are listed', async () => {
    const own = files(
      authority.issue('names', ['DNS:a.example.com', 'DNS:*.b.example.com', 'IP:10.1.2.3']),
    );
    const said =
      'the certificate of SERVER is for another name: a.example.com, *.b.example.com, 10.1.2.3';
    expect(await failure(own, ca)).toContain(said);
    expect(await failure(own, ca, '127.0.0.1')).toContain(said);
  });

  test('expired: the day is named', async () => {
    const pair = authority.issue('old', ['DNS:localhost'], -1);
    const text = execFileSync('openssl', [
      'x509',
      '-enddate',
      '-noout',
      '-in',
      pair.cert,
    ]).toString();
    const day = new Date(text.replace('notAfter=', '')).toISOString().slice(0, 10);
    expect(await failure(files(pair), ca)).toContain(
      `the certificate of SERVER has expired on ${day}\nhint: it has to be renewed`,
    );
  });

  test('self-signed, and signed by nobody known', async () => {
    const self = {
      cert: readFileSync(authority.ca),
      key: readFileSync(`${authority.directory}/ca.key`),
    };
    expect(await failure(self, [])).toContain('the certificate of SERVER is self-signed');
    const signed = files(authority.issue('signed', ['DNS:localhost']));
    expect(await failure(signed, [])).toContain('is not signed by an authority known here');
  });

  test('only old versions', async () => {
    const own = files(authority.issue('tls11', ['DNS:localhost']));
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    expect(await failure({ ...own, ...old }, ca)).toContain(
      'SERVER speaks no version of TLS that this machine accepts\nhint: the server needs TLS 1.2',
    );
  });

  test('HTTP/2 only', async () => {
    const own = files(authority.issue('h2', ['DNS:localhost']));
    expect(await failure({ ...own, ALPNProtocols: ['h2'] }, ca)).toContain(
      'SERVER speaks HTTP/2 only\nhint: kc-etl speaks HTTP/1.1',
    );
  });

  test('a client certificate is wanted', async () => {
    const own = files(authority.issue('mutual', ['DNS:localhost']));
    const wants = {
      requestCert: true,
      ca: readFileSync(authority.ca),
      maxVersion: 'TLSv1.2',
    } as const;
    expect(await failure({ ...own, ...wants }, ca)).toContain('--cert <file.pem> --key <file.pem>');
  });

  // nodejs/node#47232 and louislam/uptime-kuma#6771: the alert comes after the handshake
  test('a client certificate is required by a server of TLS 1.3', async () => {
    const own = files(authority.issue('mutual13', ['DNS:localhost']));
    const wants = { ...own, requestCert: true, ca: readFileSync(authority.ca) };
    expect(await failure({ ...wants, minVersion: 'TLSv1.3' }, ca)).toContain(
      'SERVER requires a client certificate\nhint: give one with --cert <file.pem> --key <file.pem>',
    );
    await using server = await serveRaw((socket) => socket.end(answer), wants);
    const url = `https://localhost:${server.port}`;
    const { code, stdout } = await ran(['doctor', '-o', 'json', '--url', url, ...ca]);
    const { steps } = JSON.parse(stdout) as { steps: { status: string; command: string }[] };
    expect(code).toBe(3);
    expect(steps.filter(({ status }) => status === 'failed')).toEqual([
      expect.objectContaining({
        step: 'tls',
        detail: `${url} requires a client certificate`,
        command: expect.stringContaining('--cert <file.pem> --key <file.pem>'),
      }),
    ]);
  });

  // oven-sh/bun#40653: some servers of TLS 1.3 close without an alert, which may mean anything
  test('a server of TLS 1.3 that only closes: no cause is named', async () => {
    const own = files(authority.issue('closes13', ['DNS:localhost']));
    const stranger = authority.issue('stranger', ['DNS:stranger']);
    using unknown = makeAuthority();
    const wants = { ...own, requestCert: true, ca: readFileSync(unknown.ca) };
    await using server = await serveRaw((socket) => socket.end(answer), wants);
    const { code, stderr } = await ran([
      ...['events', '--url', `https://localhost:${server.port}`, '--retries', '0', ...ca],
      ...['--cert', stranger.cert, '--key', stranger.key],
    ]);
    expect(stderr).toMatch(/ended before the response was complete\nhint: try again/);
    expect(code).toBe(3);
  });

  test('anything else', async () => {
    const own = files(authority.issue('psk', ['DNS:localhost']));
    const odd = { maxVersion: 'TLSv1.2', ciphers: 'NULL:@SECLEVEL=0' } as const;
    expect(await failure({ ...own, ...odd }, ca)).toMatch(/SERVER/);
  });
});

test.each([
  ['a TLS alert', '\x15\x03\x01\x00\x02\x02\x50', 'speaks HTTPS, not HTTP\nhint: use https://'],
  [
    'the settings of HTTP/2',
    '\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff',
    'speaks HTTP/2 only',
  ],
])('plain HTTP to a server that answers with %s', async (_, bytes, said) => {
  await using server = await serveRaw((socket) => socket.end(Buffer.from(bytes, 'latin1')));
  const { code, stderr } = await ran(['events', '--url', `${server.url}/model`]);
  expect(stderr).toContain(`${server.url} ${said}`);
  expect(code).toBe(3);
});

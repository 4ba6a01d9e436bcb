import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setUpTls } from '../../../src/kubecost/connection/tls.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { ran, testDeps } from '../../support/deps.ts';

const ours = makeAuthority();
const other = makeAuthority();
const { cert, key } = ours.issue('server', ['DNS:localhost']);
const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_, response) =>
  response.end('{"code":200,"data":null}'),
);
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  url = `https://localhost:${port}/model`;
});
afterAll(() => {
  server.close();
  ours[Symbol.dispose]();
  other[Symbol.dispose]();
});

async function api(env: Record<string, string>, ...argv: string[]) {
  return ran(['api', '/etl/log', '--url', url, '--retries', '0', ...argv], testDeps({ env }));
}

test.each([
  ['the system', () => [{ SSL_CERT_FILE: ours.ca }, []]],
  ['the system, beside a named one', () => [{ SSL_CERT_FILE: ours.ca }, ['--ca-file', other.ca]]],
  ['NODE_EXTRA_CA_CERTS', () => [{ NODE_EXTRA_CA_CERTS: ours.ca }, []]],
  ['--ca-file', () => [{}, ['--ca-file', ours.ca]]],
] satisfies [string, () => [Record<string, string>, string[]]][])(
  'an authority of %s is trusted',
  async (_, given) => {
    const [env, argv] = given();
    const { code, stderr, stdout } = await api(env, ...argv);
    expect(stderr).toBe('');
    expect(stdout).toContain('"code":200');
    expect(code).toBe(0);
  },
);

test('an authority that nobody knows is not', async () => {
  const { code, stderr } = await api({ SSL_CERT_FILE: other.ca });
  expect(stderr).toContain('is not signed by an authority known here\nhint: name the authority');
  expect(code).toBe(3);
});

test('the authorities are read when a server asks for it, and once', async () => {
  const options = { caFile: null, certFile: null, keyFile: null, insecure: false };
  const tls = await setUpTls(options, { SSL_CERT_FILE: ours.ca });
  const all = await tls.all();
  expect(all).not.toBe(tls.first);
  expect(await tls.all()).toBe(all);
  const insecure = await setUpTls({ ...options, insecure: true }, {});
  expect(await insecure.all()).toBe(insecure.first);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCredentials } from '../../../src/kubecost/connection/credentials.ts';
import { assertUnexposed } from '../../../src/kubecost/connection/exposure.ts';
import { ran, testDeps } from '../../support/deps.ts';
import { replyData, serve, type TestServer } from '../../support/server.ts';

const basic = `Basic ${Buffer.from('ann:pa55-word').toString('base64')}`;

describe('a credential', () => {
  let server: TestServer;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kc-etl-credentials-'));
    server = await serve({
      '/model/etl/log': replyData({ allocation: [], asset: [], counters: {} }),
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  const sent = async (argv: string[], env: Record<string, string> = {}) => {
    const result = await ran(['events', '--url', server.url, ...argv], testDeps({ env }));
    const {
      authorization,
      cookie,
      'x-api-key': key,
      'x-team': team,
    } = server.requests.at(-1)?.headers ?? {};
    return { ...result, headers: { authorization, cookie, key, team } };
  };

  test.each([
    ['token', 'the-token', { authorization: 'Bearer the-token' }],
    ['api-key', 'the-key', { key: 'the-key' }],
    ['cookie', 'token=the-jwt', { cookie: 'token=the-jwt' }],
    ['user', 'ann:pa55-word', { authorization: basic }],
    ['header', 'X-Team: finops', { team: 'finops' }],
  ])(
    '%s: from the environment, a file, and with a warning from the command line',
    async (name, value, expected) => {
      const variable = `KC_ETL_${name.toUpperCase().replace('-', '_')}`;
      const file = join(directory, name);
      writeFileSync(file, `${value}\n`);
      expect(await sent([], { [variable]: value })).toMatchObject({ code: 0, headers: expected });
      expect(await sent([], { [`${variable}_FILE`]: file })).toMatchObject({
        code: 0,
        headers: expected,
      });
      expect(await sent([`--${name}-file`, file])).toMatchObject({ code: 0, headers: expected });
      const typed = await sent([`--${name}`, value]);
      expect(typed).toMatchObject({ code: 0, headers: expected });
      if (name !== 'header') {
        expect(typed.stderr.match(/other users of this machine can read/g)).toHaveLength(1);
      }
    },
  );

  test('flag over environment; several of different kinds go together', async () => {
    const env = { KC_ETL_TOKEN: 'from-the-environment', KUBECOST_API_KEY: 'the-key' };
    const { headers } = await sent(['--token', 'from-the-flag'], env);
    expect(headers).toMatchObject({ authorization: 'Bearer from-the-flag', key: 'the-key' });
    const { headers: aliased } = await sent([], { KUBECOST_API_TOKEN: 'of-another-tool' });
    expect(aliased.authorization).toBe('Bearer of-another-tool');
  });

  test.each([
    [['--user', 'nobody-knows'], '--user: that is not user:password'],
    [['--cookie', 'only-a-jwt-here'], '--cookie: that is not a cookie'],
    [
      ['--token', 'two\nlines-here'],
      '--token: it contains characters that are not allowed in an HTTP header',
    ],
    [['--token-file', '/nowhere'], '--token-file: /nowhere cannot be read (ENOENT)'],
    [['--token-file', '/dev/null'], '--token-file: /dev/null is empty'],
  ])('%j is a usage error that does not show it, without a request', async (argv, message) => {
    const before = server.requests.length;
    const { code, stderr } = await sent(argv);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(stderr).not.toMatch(/nobody-knows|only-a-jwt|lines-here/);
    expect(server.requests.length).toBe(before);
  });

  test('a misspelt option does not show what it holds', async () => {
    const { code, stderr } = await sent(['--tokne=the-secret-value']);
    expect(code).toBe(2);
    expect(stderr).not.toContain('the-secret-value');
  });

  test('a file is read again when it changes, and a command after some minutes', async () => {
    const file = join(directory, 'projected');
    let now = 0;
    let runs = 0;
    const credentials = createCredentials(
      [
        { kind: 'token', source: '--token-file', from: { file } },
        { kind: 'apiKey', source: 'apiKeyCommand', from: { command: 'print-key' } },
      ],
      { now: () => now, outputOf: async () => `key ${++runs}`.replace(' ', '-'), hide: () => {} },
    );
    const current = async () => Object.fromEntries(await credentials.headers());
    writeFileSync(file, 'first-token');
    expect(await current()).toEqual({ authorization: 'Bearer first-token', 'x-api-key': 'key-1' });
    writeFileSync(file, 'the second token'.replaceAll(' ', '-'));
    expect(await current()).toEqual({
      authorization: 'Bearer the-second-token',
      'x-api-key': 'key-1',
    });
    now = 6 * 60_000;
    expect(await current()).toMatchObject({ 'x-api-key': 'key-2' });
  });
});

describe('plain HTTP', () => {
  test.each([
    ['http://localhost:9090', false, true],
    ['http://127.0.0.1:9090', false, true],
    ['http://[::1]:9090', false, true],
    ['https://kubecost.example.com', false, true],
    ['http://kubecost.example.com', false, false],
    ['http://10.0.0.7:9090', true, false],
    ['http://127.0.0.1.example.com', false, false],
    ['http://kubecost-cost-analyzer.kubecost.svc:9090', false, true],
    ['http://kubecost-cost-analyzer.kubecost.svc.cluster.local:9090', true, true],
    ['http://kubecost.svc.example.com', true, false],
    ['http://kubecost-cost-analyzer:9090', true, true],
    ['http://kubecost-cost-analyzer.kubecost:9090', true, true],
    ['http://kubecost-cost-analyzer:9090', false, false],
  ])('to %s, in a pod %s: credentials %s', (base, inPod, allowed) => {
    const attempt = () => assertUnexposed(base, inPod);
    if (allowed) expect(attempt).not.toThrow();
    else expect(attempt).toThrow('is not encrypted');
  });

  test('to another machine: exit 2 without a request, unless it was allowed', async () => {
    await using server = await serve({
      '/model/etl/log': replyData({ allocation: [], asset: [], counters: {} }),
    });
    const url = server.url.replace('127.0.0.1', '0.0.0.0');
    const env = { KC_ETL_TOKEN: 'the-token-of-ann' };
    const refused = await ran(['events', '--url', url], testDeps({ env }));
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--allow-insecure-auth'),
    });
    expect(server.requests).toEqual([]);
    expect(
      await ran(['events', '--url', url, '--allow-insecure-auth'], testDeps({ env })),
    ).toMatchObject({ code: 0 });
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer the-token-of-ann');
  });
});

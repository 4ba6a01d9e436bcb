import { describe, expect, test } from 'vitest';
import { ran, testDeps } from '../support/deps.ts';
import { echoes, expectNoPart } from '../support/echoes.ts';
import { serve } from '../support/server.ts';

const token = `eyJhbGciOiJSUzI1NiJ9.${'c3ViOmZpbm9wcw'.repeat(30)}.c2lnbmF0dXJl`;
const header = 'team-finops-key-4711';
const password = 'p@ss/w:rd?4711';

describe('no secret is shown, whatever the server says back', () => {
  test.each(Object.keys(echoes))('%s', async (where) => {
    await using server = await serve({ '*': echoes[where] ?? (() => {}) });
    const asked = ['-o', 'json', '-v', '--retries', '0', '--url'];
    const env = { KC_ETL_TOKEN: token };
    const bearer = await ran(
      ['events', ...asked, `${server.url}/model`, '--header', `X-API-KEY: ${header}`],
      testDeps({ env }),
    );
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'x-api-key': header,
    });
    expectNoPart(bearer.stdout + bearer.stderr, token);
    expectNoPart(bearer.stdout + bearer.stderr, header);
    const userinfo = `ann:${encodeURIComponent(password)}@`;
    const basic = await ran([
      'events',
      ...asked,
      `${server.url.replace('//', `//${userinfo}`)}/model`,
    ]);
    const sent = Buffer.from(`ann:${password}`).toString('base64');
    expect(server.requests.at(-1)?.headers.authorization).toBe(`Basic ${sent}`);
    expectNoPart(basic.stdout + basic.stderr, password);
    expectNoPart(basic.stdout + basic.stderr, sent);
  });
});

describe('no secret is shown where the command line is wrong', () => {
  test.each([
    'ftp://ann:p@ss/w:rd@host',
    'http://ann:p@ss/w:rd@host',
    'ann:p@ss/w:rd@host:x',
    'http://ann:pass/w:rd@host:99999',
    'http://ann:p%40ss@host:port/x',
    'http://ann:p@ss@host?x=1',
  ])('--url %s', async (url) => {
    const { code, stderr } = await ran(['events', '--url', url, '--retries', '0']);
    expect(code).toBeGreaterThan(1);
    expect(stderr).not.toMatch(/p@ss|pass\/|w:rd|p%40ss|ss@/);
    const fromEnvironment = await ran(['events'], testDeps({ env: { KUBECOST_URL: url } }));
    expect(fromEnvironment.stderr).not.toMatch(/p@ss|pass\/|w:rd|p%40ss|ss@/);
  });

  test('a header that is none', async () => {
    const { code, stderr } = await ran(['events', '--header', 'c2VjcmV0LXRva2Vu']);
    expect(stderr).toContain('error: --header: that is not a header');
    expect(stderr).not.toContain('c2Vj');
    expect(code).toBe(2);
  });

  test('a header that kc-etl sets itself', async () => {
    const { code, stderr } = await ran(['events', '--header', 'Host: secret-token']);
    expect(stderr).toContain("'host' is set by kc-etl itself");
    expect(stderr).not.toContain('secret');
    expect(code).toBe(2);
  });
});

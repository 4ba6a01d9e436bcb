import { describe, expect, test } from 'vitest';
import { ran, testDeps } from '../support/deps.ts';
import { fixture } from '../support/fixtures.ts';
import { reply, serve } from '../support/server.ts';

type Handler = ReturnType<typeof reply>;

const log = reply(fixture('etl-log.json'));
const login = reply('<title>Sign in</title><form></form>', 'text/html');

function to(location: string, status = 302): Handler {
  return (_, response) => void response.writeHead(status, { location }).end();
}

const credentials = { KC_ETL_TOKEN: 'eyJhbGciOi.token' };

describe('to the same host', () => {
  test.each([301, 302, 303, 307, 308])('%i is followed, with the credentials', async (status) => {
    await using server = await serve({
      '/model/etl/log': to('/v2/log?page=1', status),
      '/v2/log': log,
    });
    const { code, stdout, stderr } = await ran(
      ['events', '-o', 'json', '--url', `${server.url}/model`],
      withToken(),
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).total).toBe(6);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer eyJhbGciOi.token',
      'Bearer eyJhbGciOi.token',
    ]);
  });

  test('in a circle it ends', async () => {
    await using server = await serve({ '/model/etl/log': to('/model/etl/log') });
    const { code, stderr } = await ran(['events', '--url', `${server.url}/model`]);
    expect(stderr).toContain('/model/etl/log redirects in a circle');
    expect(code).toBe(3);
    expect(server.requests.length).toBeLessThan(10);
  });

  test('a login page behind it says so', async () => {
    await using server = await serve({ '/model/etl/log': to('/login'), '/login': login });
    const { code, stderr } = await ran(['events', '--url', `${server.url}/model`]);
    expect(stderr).toContain('/login returned a login page instead of data');
    expect(code).toBe(3);
  });
});

describe('to another host', () => {
  test.each(['http://localhost:PORT/login', '//localhost:PORT/login', 'http://127.0.0.1:PORT/x'])(
    'is not followed with credentials: %s',
    async (location) => {
      await using other = await serve({ '*': login });
      const port = new URL(other.url).port;
      await using server = await serve({
        '/model/etl/log': to(location.replace('PORT', port)),
      });
      const { code, stderr } = await ran(['events', '--url', `${server.url}/model`], withToken());
      expect(other.requests).toEqual([]);
      expect(stderr).toContain('where kc-etl does not send your credentials');
      expect(stderr.trimEnd().split('\n')).toHaveLength(2);
      expect(code).toBe(3);
    },
  );

  test.each([
    ['a header', ['--header', 'X-Team: finops'], ''],
    ['a password in the address', [], 'ann:secret@'],
  ])('nor with %s', async (_, argv, userinfo) => {
    await using other = await serve({ '*': log });
    await using server = await serve({ '/model/etl/log': to(other.url) });
    const url = `${server.url.replace('//', `//${userinfo}`)}/model`;
    const { code } = await ran(['events', '--url', url, ...argv]);
    expect(other.requests).toEqual([]);
    expect(code).toBe(3);
  });

  test('is followed where there are none to lose', async () => {
    await using other = await serve({ '/model/etl/log': log });
    await using server = await serve({ '/model/etl/log': to(`${other.url}/model/etl/log`) });
    const { code } = await ran(['events', '--url', `${server.url}/model`]);
    expect(code).toBe(0);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test.each(['ftp://127.0.0.1/x', 'javascript:alert(1)', 'http://[', ''])(
    'never to %j',
    async (location) => {
      await using server = await serve({ '/model/etl/log': to(location) });
      const { code, stderr } = await ran(['events', '--url', `${server.url}/model`]);
      expect(stderr).toMatch(/^error: .*(redirects to|returned 302|redirects in a circle)/);
      expect(code).toBe(3);
    },
  );
});

test('a POST is not redirected, and does not blame the credentials', async () => {
  await using server = await serve({
    '/model/etl/audit': (request, response) =>
      request.method === 'POST'
        ? to('/elsewhere', 307)(request, response)
        : reply('{"code":200,"data":[]}')(request, response),
  });
  const { code, stderr } = await ran(['audit', 'run', '--commit', '--url', `${server.url}/model`]);
  expect(stderr).toContain('redirects to');
  expect(stderr).not.toContain('credentials');
  expect(code).toBe(3);
});

function withToken() {
  return testDeps({ env: credentials });
}

test.each([
  ['file:///etc/passwd', 'file:///etc/passwd'],
  ['ftp://ann:the-password@ftp.example.com/a', 'ftp://ftp.example.com/a'],
  ['http://[::bad', 'http://[::bad'],
])('to %s leads to nothing that is read', async (location, shown) => {
  await using server = await serve({
    '*': (_, response) => void response.writeHead(302, { location }).end(),
  });
  const { code, stderr } = await ran(['events', '--url', `${server.url}/model`]);
  expect(stderr).toContain(`redirects to "${shown}", which is not an address of HTTP\nhint: `);
  expect(server.requests).toHaveLength(1);
  expect(code).toBe(3);
});

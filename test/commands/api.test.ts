import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ran } from '../support/deps.ts';
import { head, serveRaw } from '../support/raw-server.ts';
import { type Handler, reply, replyData, serve } from '../support/server.ts';

test('one GET, its body as it comes', async () => {
  await using server = await serve({
    '/model/etl/log': replyData({ a: 1 }),
    '/metrics': reply('a 1\n', 'text/plain'),
  });
  const json = await ran(['api', '/model/etl/log?window=7d', '--url', server.url]);
  expect(json).toEqual({ code: 0, stdout: '{"code":200,"data":{"a":1}}', stderr: '' });
  expect(server.requests.at(-1)?.query.get('window')).toBe('7d');
  expect((await ran(['api', 'metrics', '--url', server.url])).stdout).toBe('a 1\n');
});

test('an error is an error, also under status 200', async () => {
  await using server = await serve({ '/model/assets': reply('{"code":500,"message":"no data"}') });
  const { code, stdout, stderr } = await ran(['api', '/assets', '--url', server.url]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('error 500: no data');
});

test('the secrets of a cloud integration are left out', async () => {
  const status = [{ provider: 'aws', config: { secret: 'the-cloud-secret' } }];
  await using server = await serve({ '/model/cloudCost/status': replyData(status) });
  const { stdout } = await ran(['api', '/cloudCost/status', '--url', server.url]);
  expect(stdout).toBe('{"code":200,"data":[{"provider":"aws"}]}\n');
});

test.each([
  '/etl/asset/repair?window=1d',
  '/etl/asset/%72epair',
  '/etl/asset/%2572epair',
  '/model/cloudCost/rebuild',
  '/etl/audit?commit=true',
  '/updateConfigByKey',
  '/etl/asset/REPAIR',
  '/helmValues',
  '/HELMVALUES',
  '/x/../helmValues',
  '//evil.example.com/etl/log',
  'https://evil.example.com/etl/log',
  '\\evil.example.com',
  '',
  ...[
    '/etl/asset/repair/',
    '/etl//asset///repair?window=1d',
    '/etl/asset\\repair',
    '/etl/asset%5Crepair',
    '/etl/asset%2Frepair',
    '/etl/asset/%25252572epair',
    '/etl/asset/%72epair%zz',
    '/etl/asset/repair%20',
    '/etl/asset/%09repair',
    '/etl/asset/repair;v=1',
    '/etl/asset/repair.json',
    '/etl/asset/rEpaiR',
    '/etl/asset/ｒepair',
    '/etl/asset%c0%afrepair',
    '/etl/log/%2e%2e/asset/repair',
    '/x/%252e%252e/helmValues',
    '/helmValues;x/',
    '/model/model/helmValues',
    '/etl/audit?commit=false&commit=true',
    '/etl/audit?commit=true&commit=false',
    '/etl/audit?COMMIT=1',
    '/etl/audit?%63ommit=true',
    '/etl/audit?%2563ommit=true',
    '/etl/audit?window=7d;commit=true',
    '/etl/audit?commit',
  ],
])('%j is refused, without a request', async (path) => {
  await using server = await serve({ '*': replyData({}) });
  expect(await ran(['api', path, '--url', server.url])).toMatchObject({ code: 2, stdout: '' });
  expect(server.requests).toEqual([]);
});

test.each(['/savings/requestSizing', '/settings', '/etl/log?commit=false', '/addresses'])(
  '%s is asked for',
  async (path) => {
    await using server = await serve({ '*': replyData({}) });
    expect(await ran(['api', path, '--url', server.url])).toMatchObject({ code: 0 });
    expect(server.requests).toHaveLength(1);
  },
);

const to =
  (location: string): Handler =>
  (_, response) =>
    void response.writeHead(302, { location }).end();

test.each([
  '/model/etl/asset/repair?window=1d',
  '/model/etl/audit?window=7d&commit=true',
  '/model/helmValues',
  '/model//Etl%2Fasset%2Frepair/',
  '/x',
])('a redirect is decided anew at each hop: %s', async (target) => {
  const harmful = target === '/x' ? '/model/etl/asset/repair' : target;
  await using server = await serve({
    '/model/etl/log': to(target),
    '/x': to(harmful),
    '*': replyData({ done: true }),
  });
  for (const argv of [['api', '/etl/log'], ['events']]) {
    const { code, stdout, stderr } = await ran([...argv, '--url', `${server.url}/model`]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('kc-etl does not follow');
    expect(server.requests.map(({ path }) => path)).not.toContain(
      new URL(harmful, server.url).pathname,
    );
  }
});

test.each(['/cloudCost/status/', '/cloudCost//status', '/cloudCost%2Fstatus;v=1', '/clouds'])(
  'the secrets of a cloud integration are left out however the path is written: %s',
  async (path) => {
    const status = [{ provider: 'aws', config: { secret: 'the-cloud-secret' } }];
    await using server = await serve({
      '/model/clouds': to('/model/CloudCost/status/'),
      '*': replyData(status),
    });
    const { stdout } = await ran(['api', path, '--url', `${server.url}/model`]);
    expect(stdout).toBe('{"code":200,"data":[{"provider":"aws"}]}\n');
  },
);

describe('a body that is not whole exits with 3, also after a part of it was printed', () => {
  const long = JSON.stringify({ code: 200, data: { names: Array(20_000).fill('cluster-one') } });
  const gzipped = gzipSync(long);
  const bodies: Record<string, readonly [Record<string, string | number>, Buffer | string]> = {
    'shorter than its Content-Length': [{ 'content-length': long.length + 1 }, long],
    'without the last chunk': [
      { 'transfer-encoding': 'chunked' },
      `${long.length.toString(16)}\r\n${long}\r\n`,
    ],
    'with a broken chunk': [{ 'transfer-encoding': 'chunked' }, `4\r\n${long}`],
    'whose gzip is cut': [
      { 'content-encoding': 'gzip', 'content-length': gzipped.length - 9 },
      gzipped.subarray(0, -9),
    ],
    'whose gzip is damaged': [
      { 'content-encoding': 'gzip', 'content-length': gzipped.length },
      Buffer.concat([gzipped.subarray(0, -8), Buffer.alloc(8)]),
    ],
    'whose JSON is cut': [{ 'content-length': long.length - 1 }, long.slice(0, -1)],
    'whose JSON is broken': [
      { 'content-length': long.length },
      long.replace('["cluster-one"', '["cluster"-one"').slice(0, long.length),
    ],
    'with something behind its JSON': [{ 'content-length': long.length + 1 }, `${long}}`],
    'whose short JSON is cut': [{ 'content-length': 20 }, '{"code":200,"data":['],
  };

  test.each(Object.keys(bodies))('%s', async (what) => {
    const [headers, body] = bodies[what] ?? [{}, ''];
    await using server = await serveRaw((socket) => {
      socket.write(head('200 OK', { 'content-type': 'application/json', ...headers }));
      socket.end(body);
    });
    const argv = ['api', '/etl/log', '--retries', '0', '--url', `${server.url}/model`];
    const { code, stderr } = await ran(argv);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: [^\n]*\n(hint: [^\n]*\n)?$/);
  });
});

describe('a body that is not text in UTF-8 exits with 3', () => {
  const json = '{"code":200,"data":{"name":"Zürich"}}';
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  const bodies: Record<string, Buffer> = {
    'UTF-16': utf16(`\ufeff${json}`),
    'UTF-16 without a mark': utf16(json),
    'UTF-16, big endian': utf16(`\ufeff${json}`).swap16(),
    'UTF-16, big endian, without a mark': utf16(json).swap16(),
    'UTF-32': Buffer.from([...json].flatMap((char) => [char.charCodeAt(0), 0, 0, 0])),
    'ISO 8859-1': Buffer.from(json, 'latin1'),
    'an overlong character': Buffer.from('{"code":200,"data":"\xc0\xaf"}', 'latin1'),
    'half of a surrogate pair': Buffer.from('{"code":200,"data":"\xed\xa0\x80"}', 'latin1'),
    'gzip without the header': gzipSync(json),
    'gzip behind JSON': Buffer.concat([Buffer.from(json), gzipSync(json)]),
  };

  test.each(
    Object.keys(bodies).flatMap((what) => [
      [what, 'application/json'],
      [what, 'application/json; charset=utf-16'],
      [what, 'text/plain'],
    ]),
  )('%s as %s', async (what, type) => {
    const body = bodies[what] ?? Buffer.of();
    for (const size of [body.length, 1]) {
      await using server = await serve({
        '*': (_, response) => {
          response.writeHead(200, { 'content-type': type });
          for (let at = 0; at < body.length; at += size)
            response.write(body.subarray(at, at + size));
          response.end();
        },
      });
      const argv = ['api', '/x', '--retries', '0', '--url', `${server.url}/model`];
      const { code, stdout, stderr } = await ran(argv);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain('returned a body that is not text in UTF-8\nhint: ');
    }
  });

  test('text whose last character is cut', async () => {
    const body = Buffer.from('ready: ü').subarray(0, -1);
    await using server = await serve({
      '*': (_, response) =>
        void response.writeHead(200, { 'content-type': 'text/plain' }).end(body),
    });
    const { code, stderr } = await ran(['api', '/x', '--url', `${server.url}/model`]);
    expect(stderr).toContain('returned a body that is not text in UTF-8\nhint: ');
    expect(code).toBe(3);
  });

  test.each(['{"a":"Zürich 東京 🌍"}', '\ufeff{"a":1}', '\uff01 text', '\ufeff# HELP a\na 1\n'])(
    '%j is text in UTF-8, however it is cut into pieces',
    async (text) => {
      await using server = await serve({
        '*': (_, response) => {
          response.writeHead(200, { 'content-type': 'text/plain' });
          for (const byte of Buffer.from(text)) response.write(Buffer.of(byte));
          response.end();
        },
      });
      const { code, stdout } = await ran(['api', '/x', '--url', `${server.url}/model`]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: text.replace('\ufeff', '') });
    },
  );
});

test.each(['ready', '"words', '{"a":1}}', 'x{"a":1}', 'nul'])(
  '%j is not the JSON that its header names',
  async (body) => {
    await using server = await serve({ '*': reply(body, 'application/json; charset=utf-8') });
    const { code, stdout, stderr } = await ran(['api', '/x', '--url', `${server.url}/model`]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: body });
    expect(stderr).toMatch(/^error: .*(invalid JSON|the response ends)/);
  },
);

test('text is passed on as it is', async () => {
  for (const body of ['# HELP a\na 1\n', '[info] ready\n', '{"a":1}', '[1,2]', '[]', '7']) {
    await using server = await serve({ '*': reply(body, 'text/plain') });
    const { code, stdout } = await ran(['api', '/x', '--url', `${server.url}/model`]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: body });
  }
});

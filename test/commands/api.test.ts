import { expect, test } from 'vitest';
import { ran } from '../support/deps.ts';
import { reply, replyData, serve } from '../support/server.ts';

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
  '\\\\evil.example.com',
  '',
])('%j is refused, without a request', async (path) => {
  await using server = await serve({ '*': replyData({}) });
  expect(await ran(['api', path, '--url', server.url])).toMatchObject({ code: 2, stdout: '' });
  expect(server.requests).toEqual([]);
});

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startDemo } from '../../src/demo/server.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { type Handler, reply, serve } from '../support/server.ts';

const noon = '2026-03-12T12:00:00Z';

/** Stores a day of a healthy server, but for its /clusterInfo. */
async function stored(clusterInfo: Handler) {
  const clock = new TestClock(noon);
  const world = { port: 0, clusters: 1, nodes: 2, pods: 4, days: 8 };
  const demo = await startDemo({ ...world, as: 'kubecost-2' }, { clock });
  using temporary = folder();
  await using server = await serve({
    '/model/clusterInfo': clusterInfo,
    '*': async ({ path, query }, response) => {
      const answer = await fetch(`${demo.url.replace(/\/model$/, '')}${path}?${query}`);
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    },
  });
  const argv = ['audit', 'run', '--window', '2026-03-07,2026-03-08', '--retries', '0'];
  const store = ['--audit-store', temporary.at('store'), '--url', `${server.url}/model`];
  const result = await ran([...argv, ...store], testDeps({ clock }));
  await demo.close();
  return { ...result, servers: existsSync(temporary.at('store/servers')) };
}

test.each([
  ['404', reply('404 page not found', 'text/plain', 404)],
  ['400', reply('no such endpoint', 'text/plain', 400)],
  ['a page', reply('<html><title>Kubecost</title></html>', 'text/html')],
  ['no id', reply('{"code":200,"data":{}}')],
])('a server without a cluster id is stored without one: %s', async (_, clusterInfo) => {
  const { code, servers } = await stored(clusterInfo);
  expect([code, servers]).toEqual([0, true]);
});

test.each([
  ['500', reply('', 'text/plain', 500)],
  ['503', reply('', 'text/plain', 503)],
  ['an error under 200', reply('{"code":500,"status":"error","message":"busy"}')],
  ['cut short', reply('{"code":200,"data":{"id":"clus')],
])(
  'a server whose cluster id cannot be read is not stored as another one: %s',
  async (_, clusterInfo) => {
    const { code, stderr, servers } = await stored(clusterInfo);
    expect([code, servers]).toEqual([3, false]);
    expect(stderr).toContain("the days cannot be stored without the server's cluster id: ");
  },
);

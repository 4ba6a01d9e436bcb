import { describe, expect, onTestFinished, test } from 'vitest';
import { startDemo } from '../../src/demo/server.ts';
import { askingCommands } from '../scenarios/failures/commands.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { type Handler, reply, serve } from '../support/server.ts';

async function events(handler: Handler) {
  await using server = await serve({ '*': handler });
  const deps = testDeps();
  const result = await ran(['events', '--url', server.url, '--retries', '1'], deps);
  expect(result.code).toBe(3);
  return { stderr: result.stderr, requests: server.requests.length };
}

const page = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head><body></body></html>`;

describe('a gateway that gave up', () => {
  test.each([
    [499, 'the gateway gave up the request before the server responded'],
    [520, 'the gateway did not understand the response of the server'],
    [521, 'the server refused the connection of the gateway'],
    [522, 'the gateway could not connect to the server in time'],
    [523, 'the gateway cannot reach the server'],
    [524, 'the server was too slow for the gateway'],
    [525, 'the gateway could not open a TLS connection to the server'],
    [526, 'the gateway does not trust the certificate of the server'],
    [530, 'the gateway could not resolve the server, or its tunnel is down'],
  ])('%i is explained, and asked for once', async (status, meaning) => {
    const body = page(`ops.example.com | ${status}: Web &amp; server`);
    const { stderr, requests } = await events(reply(body, 'text/html', status));
    expect(stderr).toContain(
      `returned ${status} (${meaning}): "ops.example.com | ${status}: Web & server"\nhint: `,
    );
    expect(requests).toBe(1);
  });

  test('doctor asks nothing more', async () => {
    await using server = await serve({ '*': reply(page('524'), 'text/html', 524) });
    const { code, stdout } = await ran(['doctor', '--url', server.url]);
    expect(stdout).toContain('the server was too slow for the gateway');
    expect(server.requests).toHaveLength(1);
    expect(code).toBe(3);
  });

  test.each([
    ['the first of all', '/model/productConfigs'],
    ['an endpoint of a later step', '/model/etl/audit'],
  ])('doctor asks nothing more after it: %s', async (_, path) => {
    const gaveUp = reply(page('524'), 'text/html', 524);
    await using server = await serve({
      '/model/clusterInfo': reply('{"code":200,"data":{"id":"a"}}'),
      [path]: gaveUp,
      '*': reply('{"code":200,"data":{}}'),
    });
    const { code, stdout } = await ran(['doctor', '-o', 'json', '--url', server.url]);
    const asked = server.requests.map((request) => request.path);
    expect(asked).toContain(path);
    // what was sent at the same time was sent before anybody knew
    expect(asked.some((other) => other.endsWith('/allocation'))).toBe(false);
    expect(asked.some((other) => other.endsWith('/cloudCost'))).toBe(false);
    const steps: { step: string; detail: string; status: string }[] = JSON.parse(stdout).steps;
    const { status, detail } = steps.find(({ step }) => step === 'endpoints') ?? {};
    expect(detail).toContain('no further requests');
    expect(detail?.match(/the server was too slow for the gateway/g)).toHaveLength(1);
    expect({ code, status }).toEqual(
      path.endsWith('audit') ? { code: 0, status: 'warning' } : { code: 3, status: 'failed' },
    );
  });

  test('fleet asks neither for parts of the month nor for further months', async () => {
    let answers = 0;
    await using server = await serve({
      '/model/allocation': (request, response) => {
        const isFirst = answers++ === 0;
        const row = { name: 'one', properties: { cluster: 'one' }, totalCost: 1, minutes: 1440 };
        const [start = '', end = ''] = request.query.get('window')?.split(',') ?? [];
        const data = [{ one: { ...row, window: { start, end }, start, end } }];
        const body = JSON.stringify({ code: 200, data });
        const answer = isFirst ? reply(body) : reply(page('523'), 'text/html', 523);
        return answer(request, response);
      },
      '*': reply('404', 'text/plain', 404),
    });
    const argv = ['fleet', '--window', '2022-10-01,2023-01-01', '-o', 'json'];
    await ran([...argv, '--url', `${server.url}/model`]);
    const costs = server.requests.filter(
      ({ path, query }) => path.endsWith('/allocation') && query.get('aggregate') === 'cluster',
    );
    expect(costs.length).toBeLessThanOrEqual(3);
  });

  test('an audit asks nothing more', async () => {
    await using server = await serve({
      '/model/clusterInfo': reply('{"code":200,"data":{"id":"a"}}'),
      '/model/productConfigs': reply('404', 'text/plain', 404),
      '/model/installInfo': reply('{"code":200,"data":{}}'),
      '/model/allocation': reply(page('524'), 'text/html', 524),
      '/model/assets': reply('{"code":200,"data":{}}'),
    });
    const window = '2023-01-02T00:00:00Z,2023-01-12T00:00:00Z';
    const argv = ['audit', 'run', '--engine', 'local', '--window', window, '--concurrency', '1'];
    const { code, stdout, stderr } = await ran([...argv, '--url', `${server.url}/model`]);
    const costs = server.requests.filter(({ path }) => path.endsWith('/allocation'));
    expect(costs).toHaveLength(1);
    expect(stdout + stderr).toContain('no further requests after: ');
    expect(code).toBe(3);
  });
});

describe('after a gateway gave up, no command asks anything more', () => {
  const gaveUp = reply(page('524'), 'text/html', 524);
  const noFiles = (argv: readonly string[]) => !argv.some((word) => word.startsWith('<'));
  const commands = askingCommands
    .map(({ argv }) => argv)
    .filter((argv) => argv.at(-1) === 'json' && noFiles(argv) && !argv.includes('--counters'));

  test.each(commands)('on the first request: %s %s', async (...argv) => {
    await using server = await serve({ '*': gaveUp });
    const { code } = await ran([...argv, '--url', server.url]);
    expect(server.requests).toHaveLength(1);
    expect(code).toBe(3);
  });

  test.each(['kubecost-1.105', 'kubecost-3', 'opencost-1.121'] as const)(
    'on a later one: %s',
    async (as) => {
      const clock = new TestClock('2026-03-12T09:30:00Z');
      const world = { as, port: 0, clusters: 1, nodes: 2, pods: 4, days: 8 };
      const demo = await startDemo(world, { clock });
      onTestFinished(() => demo.close());
      const behind = async (argv: readonly string[], failing: string | null) => {
        let after = 0;
        let hasFailed = false;
        await using server = await serve({
          '*': async ({ path, query }, response) => {
            if (hasFailed) after++;
            if (path === failing) {
              hasFailed = true;
              await gaveUp({ method: 'GET', path, query, headers: {} }, response);
              return;
            }
            const answer = await fetch(`${demo.url.replace(/\/model$/, '')}${path}?${query}`);
            const type = answer.headers.get('content-type') ?? '';
            response.writeHead(answer.status, { 'content-type': type });
            response.end(Buffer.from(await answer.arrayBuffer()));
          },
        });
        await ran([...argv, '--url', server.url], testDeps({ clock }));
        return { paths: [...new Set(server.requests.map(({ path }) => path))], after };
      };
      const several: string[] = [];
      for (const argv of commands.filter(([name]) => name !== 'doctor')) {
        const { paths } = await behind(argv, null);
        expect(paths).not.toEqual([]);
        for (const path of paths) {
          const { after } = await behind(argv, path);
          // what was sent at the same time was sent before anybody knew
          if (after > 1) several.push(`${argv.join(' ')}: ${after} after ${path}`);
        }
      }
      expect(several).toEqual([]);
    },
  );

  test('but those that poll ask again after a while', async () => {
    let requests = 0;
    const deps = testDeps();
    const end = new AbortController();
    await using server = await serve({
      '/model/etl/log': (request, response) => {
        requests++;
        if (requests === 3) end.abort();
        const answer =
          requests === 2
            ? gaveUp
            : reply('{"code":200,"data":{"allocation":[],"asset":[],"counters":{}}}');
        return answer(request, response);
      },
    });
    const argv = ['events', '--follow', '-o', 'ndjson', '--url', `${server.url}/model`];
    await ran(argv, { ...deps, signal: end.signal }).catch(() => {});
    expect(deps.io.stderr.text).toContain('the server was too slow for the gateway');
    expect(requests).toBe(3);
  });
});

describe('an error page', () => {
  // as nginx in front of a Kubecost sends them
  test.each([
    [502, '502 Bad Gateway'],
    [504, '504 Gateway Time-out'],
    [500, '500 Internal Server Error'],
  ])('%i is reported with its title', async (status, title) => {
    const { stderr } = await events(reply(page(title), 'text/html', status));
    expect(stderr).toContain(`returned ${status}: "${title}"\n`);
  });

  test.each([
    [429, '429 Too Many Requests'],
    [408, '408 Request Time-out'],
  ])('%i is asked for again, and is no front end', async (status, title) => {
    const { stderr, requests } = await events(reply(page(title), 'text/html', status));
    expect(stderr).toContain(`returned ${status}: "${title}"\n`);
    expect(requests).toBe(2);
  });

  test('without a title is reported without one', async () => {
    const { stderr } = await events(reply('<h1>Down</h1>', 'text/html', 502));
    expect(stderr).toMatch(/returned 502\n/);
  });
});

describe('503', () => {
  const answer = (headers: Record<string, string>): Handler => {
    return (_, response) => void response.writeHead(503, headers).end('admin token not configured');
  };

  test('that must not be stored is meant to last', async () => {
    const { stderr, requests } = await events(answer({ 'cache-control': 'no-cache, no-store' }));
    expect(stderr).toContain('is switched off on the server (503): admin token not configured');
    expect(requests).toBe(1);
  });

  test.each([
    [{}],
    [{ 'cache-control': 'no-store', 'content-type': 'text/html' }],
    [{ 'cache-control': 'no-store', 'retry-after': '1' }],
  ])('is asked for again with %j', async (headers) => {
    const { requests } = await events(answer(headers));
    expect(requests).toBeGreaterThan(1);
  });
});

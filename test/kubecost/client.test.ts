import { describe, expect, test } from 'vitest';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { fixture } from '../support/fixtures.ts';
import { head, serveRaw } from '../support/raw-server.ts';
import { reply, replyData, serve } from '../support/server.ts';

type Handler = ReturnType<typeof reply>;

const log = reply(fixture('etl-log.json'));
const index = reply('<!doctype html><title>Kubecost</title>', 'text/html');
const missing = reply('404 page not found\n', 'text/plain', 404);

/** Answers in turn; the last answer for every later request. */
function inTurn(...handlers: readonly Handler[]): Handler {
  let turn = 0;
  return (request, response) => {
    const handler = handlers[Math.min(turn++, handlers.length - 1)];
    return handler?.(request, response);
  };
}

function status(code: number, headers: Readonly<Record<string, string>> = {}): Handler {
  return (_, response) => void response.writeHead(code, headers).end();
}

test('requests one after another use one connection', async () => {
  const ports = new Set<number | undefined>();
  const audits = reply(fixture('etl-audit.json'));
  await using server = await serve({
    '*': ({ path, ...request }, response) => {
      ports.add(response.socket?.remotePort);
      const answer = path === '/model/etl/audit' ? audits : missing;
      return answer({ path, ...request }, response);
    },
  });
  await ran(['audit', 'list', '--url', server.url]);
  expect(server.requests.length).toBeGreaterThan(1);
  expect(ports.size).toBe(1);
});

describe('where the API begins', () => {
  test('an address with /model is kept', async () => {
    await using server = await serve({ '/model/etl/log': log });
    const { code, stdout } = await ran(['events', '--json', '--url', `${server.url}/model`]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).server).toBe(`${server.url}/model`);
    expect(server.requests.map(({ path }) => path)).toEqual(['/model/etl/log']);
  });

  test('nothing else is tried then', async () => {
    await using server = await serve({ '/etl/log': log });
    const { code } = await ran(['events', '--url', `${server.url}/model/`]);
    expect(code).toBe(3);
    expect(server.requests.map(({ path }) => path)).toEqual(['/model/etl/log']);
  });

  test('/model is tried first', async () => {
    await using server = await serve({ '/model/etl/log': log, '/etl/log': index });
    const { stdout } = await ran(['events', '--json', '--url', server.url]);
    expect(JSON.parse(stdout).server).toBe(`${server.url}/model`);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['404', missing],
    ['a page of HTML', index],
    ['405', status(405)],
  ])('without /model where that answers %s', async (_, handler) => {
    await using server = await serve({ '/model/etl/log': handler, '/etl/log': log });
    const { code, stdout } = await ran(['events', '--json', '--url', server.url]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).server).toBe(server.url);
  });

  test("the path of an ingress is kept, and the front end's own path with it", async () => {
    await using server = await serve({ '/ops/kubecost/model/etl/log': log });
    const { stdout } = await ran(['events', '--json', '--url', `${server.url}/ops/kubecost/`]);
    expect(JSON.parse(stdout).server).toBe(`${server.url}/ops/kubecost/model`);
  });

  test('an ingress straight in front of the cost-model', async () => {
    await using server = await serve({ '/cost-model/etl/log': log });
    const { stdout } = await ran(['events', '--json', '--url', `${server.url}/cost-model`]);
    expect(JSON.parse(stdout).server).toBe(`${server.url}/cost-model`);
  });

  test('what was found is used for the next request', async () => {
    await using server = await serve({
      '/etl/audit': (request, response) =>
        request.method === 'GET'
          ? replyData([])(request, response)
          : replyData('Running audit')(request, response),
    });
    await ran(['audit', 'run', '--commit', '--no-wait', '--url', server.url]);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /model/etl/audit',
      'GET /etl/audit',
      'POST /etl/audit',
    ]);
  });

  const failures: readonly [string, Handler, string, number][] = [
    ['401', reply('', 'text/plain', 401), 'returned 401', 4],
    ['502', status(502), 'returned 502', 3],
    ['a login page', reply('<input type="password">', 'text/html'), 'a login page', 3],
  ];

  test.each(
    failures.flatMap(([name, handler, said, code], at) =>
      failures
        .slice(at + 1)
        .map(([other, weaker]) => ({ name, handler, said, code, other, weaker })),
    ),
  )('$name tells more than $other, on either path', async (row) => {
    for (const [model, bare] of [
      [row.handler, row.weaker],
      [row.weaker, row.handler],
    ] as const) {
      await using server = await serve({ '/model/etl/log': model, '/etl/log': bare });
      const result = await ran(['events', '--url', server.url, '--retries', '0']);
      expect(result.stderr).toContain(row.said);
      expect(result.code).toBe(row.code);
    }
  });

  const pageless = failures.filter(([name]) => name !== 'a page of HTML');

  test.each(pageless)('%s tells more than 404, on either path', async (_, handler, said, code) => {
    for (const routes of [{ '/model/etl/log': handler }, { '/etl/log': handler }]) {
      await using server = await serve(routes);
      const result = await ran(['events', '--url', server.url, '--retries', '0']);
      expect(result.stderr).toContain(said);
      expect(result.code).toBe(code);
    }
  });

  test('an error of the API itself ends the search', async () => {
    const broken = reply('{"code":500,"data":null,"message":"boom"}');
    await using server = await serve({ '/model/etl/log': broken, '/etl/log': log });
    const { stderr, code } = await ran(['events', '--url', server.url]);
    expect(stderr).toContain('returned error 500: boom');
    expect(code).toBe(3);
    expect(server.requests).toHaveLength(1);
  });

  test('404 everywhere says that the endpoint is missing', async () => {
    await using server = await serve({});
    const { stderr, code } = await ran(['events', '--url', server.url]);
    expect(stderr).toContain(`${server.url} keeps no event log`);
    expect(code).toBe(3);
  });
});

describe('a GET is sent again', () => {
  async function events(handler: Handler, ...argv: string[]) {
    await using server = await serve({ '/model/etl/log': handler });
    const deps = testDeps();
    const result = await ran(['events', '--json', '--url', `${server.url}/model`, ...argv], deps);
    return { ...result, sleeps: deps.clock.sleeps, requests: server.requests.length };
  }

  test.each([408, 429, 502, 503, 504])('after %i', async (code) => {
    const result = await events(inTurn(status(code), log));
    expect(result).toMatchObject({ code: 0, requests: 2, stderr: '', sleeps: [250] });
  });

  test.each([400, 401, 403, 404, 500, 501])('never after %i', async (code) => {
    const result = await events(inTurn(status(code), log));
    expect(result).toMatchObject({ requests: 1, sleeps: [] });
    expect(result.code).toBeGreaterThan(2);
  });

  test('never after an error envelope', async () => {
    const failing = reply('{"code":503,"data":null}');
    const result = await events(inTurn(failing, log));
    expect(result).toMatchObject({ code: 3, requests: 1, sleeps: [] });
  });

  test('three times by default, after pauses that double', async () => {
    const result = await events(status(503));
    expect(result).toMatchObject({ code: 3, requests: 4, sleeps: [250, 500, 1000] });
  });

  test('as often as --retries says, the pause never above 5 s', async () => {
    const result = await events(status(503), '--retries', '7');
    expect(result.sleeps).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
  });

  test('not at all with --retries 0', async () => {
    expect(await events(status(503), '--retries', '0')).toMatchObject({ requests: 1, sleeps: [] });
  });

  test('the jitter takes up to half of the pause', async () => {
    await using server = await serve({ '*': status(503) });
    const deps = testDeps({ random: () => 0 });
    await ran(['events', '--url', `${server.url}/model`], deps);
    expect(deps.clock.sleeps).toEqual([125, 250, 500]);
  });

  test('after a connection that broke in the middle of the body, from the start', async () => {
    const whole = fixture('etl-log.json');
    let turn = 0;
    await using server = await serveRaw((socket) => {
      const body = turn++ === 0 ? whole.slice(0, 900) : whole;
      socket.end(head('200 OK', { 'content-length': whole.length, connection: 'close' }) + body);
    });
    const { code, stdout } = await ran(['events', '--json', '--url', `${server.url}/model`]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ total: 6, counters: { AssetSetSaved: 8212 } });
    expect(server.requests).toHaveLength(2);
  });

  test('--verbose tells of it', async () => {
    const { stderr } = await events(inTurn(status(502), log), '-v');
    expect(stderr).toMatch(/retry 1 of 3 in 250 ms: .* returned 502/);
  });

  test('a login page and a wrong shape are no reason', async () => {
    for (const body of ['<input type="password">', '{"code":200,"data":"x"}', '{"code"']) {
      expect(await events(inTurn(reply(body), log))).toMatchObject({ code: 3, requests: 1 });
    }
  });
});

describe('Retry-After', () => {
  async function askedBackIn(value: string, ...argv: string[]) {
    const busy = status(429, { 'retry-after': value });
    await using server = await serve({ '/model/etl/log': inTurn(busy, log) });
    const deps = testDeps({ clock: new TestClock('2023-01-18T09:30:00Z') });
    const result = await ran(['events', '--url', `${server.url}/model`, ...argv], deps);
    return { ...result, sleeps: deps.clock.sleeps };
  }

  test('in seconds', async () => {
    expect(await askedBackIn('7')).toMatchObject({ code: 0, sleeps: [7_000] });
  });

  test('as a date', async () => {
    expect(await askedBackIn('Wed, 18 Jan 2023 09:30:12 GMT')).toMatchObject({
      code: 0,
      sleeps: [12_000],
    });
  });

  test('as a date that has passed', async () => {
    expect(await askedBackIn('Wed, 18 Jan 2023 09:00:00 GMT')).toMatchObject({
      code: 0,
      sleeps: [0],
    });
  });

  test('in words nobody knows: as without one', async () => {
    expect(await askedBackIn('soon')).toMatchObject({ code: 0, sleeps: [250] });
  });

  test('longer than the timeout ends it, and says when to come back', async () => {
    const { code, stderr, sleeps } = await askedBackIn('120');
    expect(sleeps).toEqual([]);
    expect(stderr).toContain('returned 429; it asks to retry in 120 s');
    expect(stderr).toContain('--timeout 120s');
    expect(code).toBe(3);
  });

  test('the same as a date', async () => {
    const { code, stderr } = await askedBackIn('Wed, 18 Jan 2023 10:30:00 GMT');
    expect(stderr).toContain('in 3600 s');
    expect(code).toBe(3);
  });

  test('a longer --timeout allows it', async () => {
    expect(await askedBackIn('120', '--timeout', '120s')).toMatchObject({
      code: 0,
      sleeps: [120_000],
    });
  });
});

describe('a POST is sent once', () => {
  test.each([
    ['502', status(502)],
    ['503 with Retry-After', status(503, { 'retry-after': '1' })],
    ['a broken connection', ((_, response) => void response.destroy()) satisfies Handler],
    ['a page of HTML', index],
    ['a redirect', status(307, { location: '/model/etl/audit' })],
  ])('whatever happens: %s', async (_, handler) => {
    await using server = await serve({
      '/model/etl/audit': (request, response) =>
        request.method === 'POST' ? handler(request, response) : replyData([])(request, response),
    });
    const deps = testDeps();
    const argv = ['audit', 'run', '--commit', '--url', `${server.url}/model`, '--retries', '5'];
    const { code, stdout, stderr } = await ran(argv, deps);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /);
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(deps.clock.sleeps).toEqual([]);
  });
});

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ran, testDeps } from '../support/deps.ts';
import { head, serveRaw } from '../support/raw-server.ts';
import { reply, serve } from '../support/server.ts';
import { pause } from '../support/waiting.ts';

async function events(url: string, ...argv: string[]) {
  const deps = testDeps();
  const result = await ran(['events', '--url', url, ...argv], deps);
  expect(result.stdout).toBe('');
  expect(result.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
  return { ...result, sleeps: deps.clock.sleeps };
}

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('no connection', () => {
  test('nothing listens', async () => {
    const port = await freePort();
    const { code, stderr, sleeps } = await events(`http://127.0.0.1:${port}`);
    expect(stderr).toContain(`error: nothing listens at http://127.0.0.1:${port}\n`);
    expect(stderr).toContain('hint: check the address and port; is the port-forward running?');
    expect(sleeps).toEqual([250, 500, 1000]);
    expect(code).toBe(3);
  });

  test('an unknown name', async () => {
    const { code, stderr } = await events('http://kubecost.invalid:9090', '--retries', '0');
    expect(stderr).toContain(
      'error: the host name in http://kubecost.invalid:9090 cannot be resolved',
    );
    expect(code).toBe(3);
  });

  test('https where http is spoken', async () => {
    await using server = await serve({});
    const { code, stderr } = await events(server.url.replace('http:', 'https:'));
    expect(stderr).toContain('does not speak TLS\nhint: use http:// instead of https://');
    expect(code).toBe(3);
  });

  test('something that is no HTTP', async () => {
    await using server = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    const { code, stderr } = await events(server.url);
    expect(stderr).toContain(`${server.url} does not speak HTTP`);
    expect(code).toBe(3);
  });

  test('a server that hangs up', async () => {
    await using server = await serveRaw((socket) => socket.end());
    const { code, stderr, sleeps } = await events(`${server.url}/model`, '--retries', '1');
    expect(stderr).toContain('ended before the response was complete');
    expect(sleeps).toHaveLength(1);
    expect(code).toBe(3);
  });

  test('headers of a megabyte', async () => {
    await using server = await serveRaw((socket) =>
      socket.end(head('200 OK', { 'x-large': 'x'.repeat(1_000_000) })),
    );
    const { code, stderr } = await events(`${server.url}/model`);
    expect(stderr).toContain('headers that are too large');
    expect(code).toBe(3);
  });
});

describe('--timeout', () => {
  test('to the headers', async () => {
    await using server = await serve({ '*': () => {} });
    const { code, stderr } = await events(`${server.url}/model`, '--timeout', '150ms');
    expect(stderr).toContain(`${server.url} did not respond in time`);
    expect(stderr).toContain('--timeout');
    expect(code).toBe(3);
  });

  test('between two chunks of a body', async () => {
    await using server = await serve({
      '*': (_, response) => void response.writeHead(200).write('{"code":200,"data":{"asset":['),
    });
    const { code, stderr } = await events(`${server.url}/model`, '--timeout', '2s');
    expect(stderr).toContain('stopped in the middle of its response');
    expect(code).toBe(3);
  });

  test('not to the end of a body that keeps coming', async () => {
    await using server = await serve({
      '*': async (_, response) => {
        response.writeHead(200).write('{"code":200,"data":');
        for (let i = 0; i < 11; i++) {
          await pause(300);
          response.write(' ');
        }
        response.end('null}');
      },
    });
    const { code } = await ran(['events', '--url', `${server.url}/model`, '--timeout', '3s']);
    expect(code).toBe(0);
  });

  test('an answer that is slow to be an error is that error', async () => {
    await using server = await serve({
      '*': async (request, response) => {
        await pause(100);
        await reply('x', 'text/plain', 500)(request, response);
      },
    });
    const { stderr } = await events(`${server.url}/model`, '--timeout', '60s');
    expect(stderr).toContain('returned 500');
  });
});

/** Sends `chunk` again and again until the client is gone. */
async function drip(socket: Socket, chunk: string): Promise<void> {
  while (!socket.destroyed) {
    socket.write(chunk);
    await pause(20);
  }
}

describe('--max-time', () => {
  test('ends a response that never ends but trickles in', async () => {
    await using server = await serveRaw((socket) => {
      socket.write(head('200 OK', { 'content-type': 'application/json' }));
      socket.write('{"code":200,"data":{"asset":[');
      void drip(socket, ' ');
    });
    const limits = ['--max-time', '500ms', '--timeout', '30s'];
    const { code, stderr, sleeps } = await events(`${server.url}/model`, ...limits);
    expect(stderr).toContain(
      `${server.url} had not sent its whole response by the end of --max-time\nhint: ask for a smaller`,
    );
    expect({ code, sleeps }).toEqual({ code: 3, sleeps: [] });
  });

  test('ends an error page that never ends but trickles in', async () => {
    await using server = await serveRaw((socket) => {
      socket.write(head('500 Oops', { 'content-type': 'text/plain' }));
      void drip(socket, 'a');
    });
    const { code, stderr } = await events(`${server.url}/model`, '--max-time', '500ms');
    expect(stderr).toContain('returned 500');
    expect(code).toBe(3);
  });

  test('includes redirects', async () => {
    await using server = await serve({
      '*': async (_, response) => {
        await pause(200);
        response.writeHead(302, { location: '/model/etl/log' }).end();
      },
    });
    const { stderr } = await events(`${server.url}/model`, '--max-time', '500ms');
    expect(stderr).toContain('by the end of --max-time');
  });
});

describe('interim responses', () => {
  test.each(['102 Processing', '103 Early Hints', '199'])('%s without end', async (status) => {
    await using server = await serveRaw((socket) => void drip(socket, head(status, { a: 'b' })));
    const { code, stderr } = await events(`${server.url}/model`, '--timeout', '500ms');
    expect(stderr).toContain(`${server.url} did not respond in time`);
    expect(code).toBe(3);
  });

  test('some, then the response', async () => {
    await using server = await serveRaw((socket) => {
      socket.write(head('103 Early Hints', { link: '<a>' }).repeat(3));
      socket.end(
        `${head('200 OK', { 'content-type': 'application/json' })}{"code":200,"data":null}`,
      );
    });
    const { code } = await ran(['events', '--url', `${server.url}/model`]);
    expect(code).toBe(0);
  });
});

import { describe, expect, test } from 'vitest';
import { folder } from '../support/folder.ts';
import { head, serveRaw } from '../support/raw-server.ts';
import { ended, spawned, start } from '../support/spawn.ts';
import { until } from '../support/waiting.ts';

const patient = ['--timeout', '1h', '--max-time', '1h', '--retries', '1000000'];

/** The exit code of a command that is ended by the signal once `isBusy` is true. */
async function endedWhile(
  isBusy: () => boolean,
  signal: 'SIGINT' | 'SIGTERM',
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const child = start([...argv, ...patient], env);
  const done = ended(child);
  await until('the command waits', isBusy);
  child.kill(signal);
  return done;
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, code) => {
  test.each([
    ['a silent server', ''],
    ['interim responses without end', head('103 Early Hints', {}).repeat(50)],
    ['a response that trickles in', `${head('200 OK', {})}{"code":200,`],
  ])('%s', async (_, sent) => {
    await using server = await serveRaw((socket) => socket.write(sent));
    const argv = ['events', '--url', `${server.url}/model`];
    const result = await endedWhile(() => server.requests.length > 0, signal, argv);
    expect(result).toEqual({ code, stdout: '', stderr: '' });
  });

  test.each([
    ['is silent', ''],
    ['ends no head', 'HTTP/1.1 200 OK\r\n'],
  ])('a proxy that %s', async (_, sent) => {
    await using proxy = await serveRaw((socket) => socket.write(sent));
    const argv = ['events', '--url', 'https://kubecost.example.com/model'];
    const env = { HTTPS_PROXY: proxy.url };
    const result = await endedWhile(() => proxy.requests.length > 0, signal, argv, env);
    expect(result).toMatchObject({ code, stdout: '' });
  });

  test('a proxy that hangs up, between two tries', async () => {
    await using proxy = await serveRaw((socket) => socket.end());
    const argv = ['events', '--url', 'https://kubecost.example.com/model'];
    const env = { HTTPS_PROXY: proxy.url };
    const result = await endedWhile(() => proxy.requests.length > 1, signal, argv, env);
    expect(result).toMatchObject({ code, stdout: '' });
  });

  test('TLS that never begins, in a command that cleans up', async () => {
    using place = folder();
    await using server = await serveRaw(() => {});
    const report = ['--report', `json=${place.at('report.json')}`];
    const argv = ['audit', 'list', '--url', server.url.replace('http:', 'https:'), ...report];
    const result = await endedWhile(() => server.requests.length > 0, signal, argv);
    expect(result).toEqual({ code, stdout: '', stderr: '' });
    expect(place.names()).toEqual([]);
  });

  test('an endless computation, where no handler could run', async () => {
    using place = folder();
    const preload = place.write(
      'spin.cjs',
      `require('node:net').connect = () => {
        require('node:fs').writeFileSync(${JSON.stringify(place.at('spins'))}, '');
        for (;;);
      };`,
    );
    const isSpinning = () => place.names().includes('spins');
    const env = { NODE_OPTIONS: `--require ${preload}` };
    const result = await endedWhile(isSpinning, signal, ['events', '--url', 'http://a'], env);
    expect(result).toEqual({ code, stdout: '', stderr: '' });
  });
});

describe('a status line that is none', () => {
  test.each(['000', '042', '099', '100'])('%s is one error', async (status) => {
    await using server = await serveRaw((socket) =>
      socket.write(head(`${status} X`, { 'content-length': 2 })),
    );
    const result = await spawned(['events', '--url', `${server.url}/model`, '--retries', '0']);
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(result.stderr).toMatch(/^error: .*\nhint: .*\n$/);
  });
});

test('a connection that is still being made does not keep the process', async () => {
  await using server = await serveRaw(() => {});
  const limits = ['--timeout', '1h', '--max-time', '300ms'];
  const result = await spawned([
    'events',
    '--url',
    server.url.replace('http:', 'https:'),
    ...limits,
  ]);
  expect(result.stderr).toContain('by the end of --max-time');
  expect(result.code).toBe(3);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixture } from '../support/fixtures.ts';
import { type Request, reply, replyData, serve, type TestServer } from '../support/server.ts';
import { ended, spawned, start } from '../support/spawn.ts';
import { program, shell } from '../support/terminal.ts';
import { until } from '../support/waiting.ts';

const rows = 20_000;
const long = {
  asset: Array.from({ length: rows }, (_, i) => ({
    kind: 'AssetSetSaved',
    time: new Date(Date.UTC(2022, 5, 3) + i * 1000).toISOString(),
    metadata: { size: i },
  })),
};

let server: TestServer;
let log: string;

beforeAll(async () => {
  server = await serve({
    '/model/etl/log': reply(fixture('etl-log.json')),
    '/model/etl/audit': (request, response) =>
      request.method === 'POST'
        ? replyData('Running audit')(request, response)
        : reply(fixture('etl-audit.json'))(request, response),
    '/long/model/etl/log': replyData(long),
    '/slow/model/etl/log': () => {},
    '/401/model/etl/log': reply('', 'text/plain', 401),
  });
  log = `${program} events --url ${server.url}`;
});
afterAll(() => server[Symbol.asyncDispose]());

describe('pipes', () => {
  test('| head -1 ends it quietly', async () => {
    for (const format of ['table', 'wide', 'json', 'ndjson', 'csv', 'yaml']) {
      const { stdout, stderr } = await shell(
        `${log}/long --limit all -o ${format} | head -1; echo "$\{PIPESTATUS[0]}"`,
      );
      expect(stderr).toBe('');
      expect(stdout.trimEnd().split('\n')).toHaveLength(2);
      expect(stdout.trimEnd().split('\n')[1]).toBe('0');
    }
  });

  test("| head -1 keeps the gate's 1", async () => {
    const { stdout } = await shell(
      `${program} audit --fail-on failed -q -o ndjson --url ${server.url} | head -1 >/dev/null; echo "$\{PIPESTATUS[0]}"`,
    );
    expect(stdout).toBe('1\n');
  });

  test('a reader that is gone from the start', async () => {
    const { stdout, stderr } = await shell(`${log} -o json | true; echo "$\{PIPESTATUS[0]}"`);
    expect(stdout).toBe('0\n');
    expect(stderr).toBe('');
  });

  test('a megabyte arrives whole at a slow reader', async () => {
    const { stdout } = await shell(`${log}/long -o ndjson | dd bs=64 status=none | wc -lc`);
    const [lines, bytes] = stdout.trim().split(/\s+/).map(Number);
    expect(lines).toBe(rows);
    expect(bytes).toBeGreaterThan(2_000_000);
  });

  test('stdout that is full is an error, not a short result', async () => {
    const { code, stderr } = await shell(`${log} -o json > /dev/full`);
    expect(stderr).toMatch(/^error: stdout: .*no space left/i);
    expect(code).toBe(3);
  });

  test('stdout that is closed', async () => {
    const { stderr } = await shell(`${log} -o json >&-`);
    expect(stderr).not.toContain('at ');
  });

  test('stdin that is closed', async () => {
    const { code, stdout, stderr } = await shell(`${log} -o ndjson <&-`);
    expect(stdout.trimEnd().split('\n')).toHaveLength(6);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('stderr that is closed', async () => {
    expect((await shell(`${log} --kind Nonsense -o ndjson 2>&-`)).code).toBe(0);
  });
});

describe('signals', () => {
  /** Sends the signal once the server has seen the request. */
  async function endedBy(
    signal: 'SIGINT' | 'SIGTERM',
    argv: readonly string[],
    awaited: (request: Request) => boolean,
  ) {
    const before = server.requests.length;
    const child = start(argv);
    await until('the request', () => server.requests.slice(before).some(awaited));
    const done = ended(child);
    child.kill(signal);
    return done;
  }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s during a slow answer', async (signal, code) => {
    const result = await endedBy(signal, ['events', '--url', `${server.url}/slow`], ({ path }) =>
      path.startsWith('/slow'),
    );
    expect(result).toEqual({ code, stdout: '', stderr: '' });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while waiting for audits', async (signal, code) => {
    const result = await endedBy(
      signal,
      ['audit', 'run', '--commit', '--url', server.url],
      ({ method }) => method === 'POST',
    );
    expect(result).toMatchObject({ code, stdout: '' });
  });

  test('SIGINT ends the demo', async () => {
    const child = start(['demo', '--port', '0']);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const done = ended(child);
    child.kill('SIGINT');
    expect((await done).code).toBe(130);
  });
});

test('every exit code', async () => {
  const run = (...argv: string[]) => spawned(argv).then(({ code }) => code);
  expect(await run('events', '--url', server.url)).toBe(0);
  expect(await run('audit', '--fail-on', 'failed', '--url', server.url)).toBe(1);
  expect(await run('events', '--window', 'nonsense', '--url', server.url)).toBe(2);
  expect(await run('events', '--retries', '0', '--url', 'http://127.0.0.1:1')).toBe(3);
  expect(await run('events', '--url', `${server.url}/401`)).toBe(4);
  const waiting = ['--commit', '--wait-timeout', '1s', '--engine', 'server'];
  expect(await run('audit', 'run', ...waiting, '--url', server.url)).toBe(5);
});

test('a directory that was removed meanwhile is named', async () => {
  const there = 'cd "$(mktemp -d)" && rmdir "$PWD"';
  const { code, stderr } = await shell(`${there} && ${program} config show`);
  expect(stderr).toMatch(/^error: the current directory does not exist any more\nhint: .*\n$/);
  expect(code).toBe(2);
});

import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../../src/errors.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { type Request, serve } from '../../support/server.ts';
import { start } from '../../support/spawn.ts';

function entry(n: number, kind = 'AssetSetSaved') {
  return {
    kind,
    metadata: { size: n, window: { start: '2026-03-01T00:00:00Z', end: '2026-03-02T00:00:00Z' } },
    time: `2026-03-01T00:00:${String(n).padStart(2, '0')}.5Z`,
  };
}

type Poll = { asset: unknown[]; saved: number } | number | 'end';

/** Answers poll after poll; a number is a status; at the end the user presses Ctrl-C. */
async function followed(polls: readonly Poll[], ...argv: string[]) {
  const ending = new AbortController();
  let at = 0;
  await using server = await serve({
    '/model/etl/log': (_request: Request, response: ServerResponse) => {
      const poll = polls[at++] ?? 'end';
      if (poll === 'end') ending.abort(new Interrupted('SIGINT'));
      if (typeof poll === 'number') response.writeHead(poll).end('no');
      else {
        const { asset, saved } = poll === 'end' ? { asset: [], saved: 0 } : poll;
        const data = { allocation: [], asset, counters: { AssetSetSaved: saved } };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ code: 200, data }));
      }
    },
  });
  const clock = new TestClock();
  const deps = testDeps({ clock, signal: ending.signal });
  const args = ['events', '--follow', '--url', server.url, '--retries', '0', ...argv];
  return { ...(await ran(args, deps)), sleeps: clock.sleeps };
}

const sizes = (ndjson: string) =>
  ndjson
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).size as number);

describe('events --follow', () => {
  test('applies the window where the server does not, and misses nothing outside of it', async () => {
    const { stdout, stderr } = await followed(
      [
        { asset: [entry(1)], saved: 1 },
        { asset: [entry(1), entry(9), entry(40)], saved: 30 },
        'end',
      ],
      ...['--window', '2026-03-01T00:00:00Z,2026-03-01T00:00:20Z', '-o', 'ndjson'],
    );
    expect(sizes(stdout)).toEqual([1, 9]);
    expect(stderr).not.toContain('fell out of the log');
  });

  test('prints each event once, says what it missed, and ends with a summary', async () => {
    const { code, stdout, stderr, sleeps } = await followed(
      [
        { asset: [entry(2), entry(1)], saved: 2 },
        { asset: [entry(3), entry(2), entry(1), entry(3)], saved: 3 },
        503,
        502,
        { asset: [entry(9), entry(8)], saved: 9 },
        { asset: [entry(10)], saved: 1 },
        'end',
      ],
      '-o',
      'ndjson',
    );
    expect(sizes(stdout)).toEqual([1, 2, 3, 8, 9, 10]);
    expect(stderr).toContain('503');
    expect(stderr).toContain('next try in 20s');
    expect(stderr).toContain('next try in 40s');
    expect(stderr).toContain('4 events left the log between two polls');
    expect(stderr).toContain('the server was restarted');
    expect(stderr).toContain('6 events, 4 missed\n');
    expect(sleeps).toEqual([10_000, 10_000, 20_000, 40_000, 10_000, 10_000]);
    expect(code).toBe(130);
  });

  test('fails where the first poll does', async () => {
    const { code, stdout } = await followed([503]);
    expect(code).toBe(3);
    expect(stdout).toBe('');
  });

  test('--exit-on error ends with 1 at the first event that reports one', async () => {
    const { code, stdout } = await followed(
      [
        { asset: [entry(1)], saved: 1 },
        {
          asset: [entry(1), entry(2), entry(3, 'AssetSetComputeError'), entry(4)],
          saved: 3,
        },
      ],
      '--exit-on',
      'error',
      '-o',
      'csv',
    );
    expect(stdout.trim().split('\n').slice(1)).toHaveLength(3);
    expect(stdout).toContain('AssetSetComputeError');
    expect(code).toBe(1);
  });

  test('draws one table, its head once', async () => {
    const { stdout } = await followed([
      { asset: [entry(1)], saved: 1 },
      { asset: [entry(2)], saved: 2 },
    ]);
    expect(stdout).toBe(
      'TIME (UTC)           KIND                         WINDOW (UTC)               SIZE\n' +
        '2026-03-01 00:00:01  AssetSetSaved                2026-03-01                    1\n' +
        '2026-03-01 00:00:02  AssetSetSaved                2026-03-01                    2\n',
    );
  });

  test.each([
    [['-o', 'json'], 'printed after the whole log'],
    [['--counters'], 'it follows events'],
  ])('refuses %j', async (argv, why) => {
    const { code, stderr } = await followed([], ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });

  test('ends on Ctrl-C with 130 and a line that says what was seen', async () => {
    await using server = await serve({
      '/model/etl/log': (_request: Request, response: ServerResponse) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ code: 200, data: { asset: [entry(1)] } }));
      },
    });
    const child = start(['events', '-f', '-o', 'ndjson', '--url', server.url]);
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => {
      stderr += text.toString();
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    expect(stderr).toMatch(/^note: followed for \d+s: 1 event\n$/);
  });
});

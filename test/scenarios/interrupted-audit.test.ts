import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import { folder } from '../support/folder.ts';
import {
  isOf,
  type Recording,
  recorded,
  replay,
  requestKindOf,
  sendWhole,
} from '../support/recorded-audit.ts';
import { replyData, serve } from '../support/server.ts';
import { ended, spawned, start } from '../support/spawn.ts';
import { until } from '../support/waiting.ts';

const window = '2026-03-06T00:00:00Z,2026-03-09T00:00:00Z';

let recording: Recording = new Map();
beforeAll(async () => {
  recording = await recorded('kubecost-3', { argv: ['--window', window] });
});

/**
 * A run that is interrupted when the second day's allocations have come halfway. The server answers
 * nothing else from then on, so that every connection of the run is waiting when the signal comes.
 */
async function interrupted(
  signal: 'SIGINT' | 'SIGTERM',
  connections: number,
  argv: readonly string[],
) {
  using place = folder();
  const waiting = new Set<ServerResponse>();
  await using server = await replay(recording, (answer, request, response) => {
    const isSlow = requestKindOf(request) === 'allocations' && isOf('2026-03-07', request);
    if (!isSlow && waiting.size === 0) {
      sendWhole(answer, request, response);
      return;
    }
    waiting.add(response);
    response.on('close', () => waiting.delete(response));
    if (!isSlow) return;
    response.writeHead(200, { 'content-type': answer.type });
    response.write(answer.body.slice(0, answer.body.length / 2));
  });
  // whatever the clock of this machine says, the windows are judged
  const run = ['audit', 'run', '--engine', 'local', '--include-unsettled', '--window', window];
  const child = start([
    ...run,
    '--url',
    server.url,
    '--report',
    `json=${place.at('report.json')}`,
    ...argv,
  ]);
  const done = ended(child);
  await until('every connection waits for a response', () => waiting.size === connections);
  const requests = server.requests.length;
  child.kill(signal);
  const result = await done;
  await until('every connection is closed', () => waiting.size === 0);
  expect(server.requests).toHaveLength(requests);
  return { result, left: place.names() };
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s in the middle of an answer', (signal, code) => {
  test.each([
    ['as a table', 2, []],
    ['as JSON', 2, ['-o', 'json']],
    ['one request at a time', 1, ['--concurrency', '1', '-o', 'ndjson']],
  ])(
    '%s: ends without a response, a verdict, a report or a connection',
    async (_how, connections, argv) => {
      const { result, left } = await interrupted(signal, connections, argv);
      expect(result).toEqual({ code, stdout: '', stderr: '' });
      expect(left).toEqual([]);
    },
  );
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while recording: the recording is marked as incomplete', async (signal, code) => {
  using place = folder();
  const directory = place.at('recording');
  const { result } = await interrupted(signal, 2, ['--record', directory]);
  expect(result.code).toBe(code);
  const manifest = JSON.parse(place.read('recording/recording.json'));
  expect(manifest).toMatchObject({ incomplete: 'the command was interrupted' });
  expect(manifest.answers.length).toBeGreaterThan(1);
  const argv = ['audit', 'run', '--engine', 'local', '--window', window, '--from', directory];
  const replayed = await spawned(argv);
  expect(replayed).toMatchObject({ code: 3, stdout: '' });
  expect(replayed.stderr).toContain('is an incomplete recording: the command was interrupted');
});

test('a recording of --follow is complete: Ctrl-C is how a follow ends', async () => {
  using place = folder();
  await using server = await serve({ '*': replyData({ counters: { AssetSetSaved: 2 } }) });
  const directory = place.at('recording');
  const url = ['--url', `${server.url}/model`, '--interval', '1s'];
  const child = start(['events', '--follow', ...url, '--record', directory]);
  const done = ended(child);
  await until('it asks again', () => server.requests.length > 2);
  child.kill('SIGINT');
  await done;
  expect(JSON.parse(place.read('recording/recording.json'))).not.toHaveProperty('incomplete');
});

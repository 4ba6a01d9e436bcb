import { EventEmitter, once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  isOf,
  questionOf,
  type Recording,
  recorded,
  replay,
  sendWhole,
} from '../support/recorded-audit.ts';
import { ended, start } from '../support/spawn.ts';

const window = '2026-03-06T00:00:00Z,2026-03-09T00:00:00Z';

let recording: Recording = new Map();
beforeAll(async () => {
  recording = await recorded('kubecost-3', { argv: ['--window', window] });
});

/** A run that is interrupted when the second day's allocations have come halfway. */
async function interrupted(signal: 'SIGINT' | 'SIGTERM', ...argv: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'kc-etl-interrupted-'));
  const report = join(folder, 'report.json');
  const seen = new EventEmitter();
  const halfway = once(seen, 'halfway');
  const closed = once(seen, 'closed', { signal: AbortSignal.timeout(20_000) });
  await using server = await replay(recording, (answer, request, response) => {
    const slow = questionOf(request) === 'allocations' && isOf('2026-03-07', request);
    if (!slow) {
      sendWhole(answer, request, response);
      return;
    }
    response.on('close', () => seen.emit('closed'));
    response.writeHead(200, { 'content-type': answer.type });
    response.write(answer.body.slice(0, answer.body.length / 2), () => seen.emit('halfway'));
  });
  // whatever the clock of this machine says, the windows are judged
  const run = ['audit', 'run', '--engine', 'local', '--include-unsettled', '--window', window];
  const child = start([...run, '--url', server.url, '--report', `json=${report}`, ...argv]);
  const done = ended(child);
  await halfway;
  // the first day's verdicts are there by now
  await new Promise((resolve) => setTimeout(resolve, 300));
  const asked = server.requests.length;
  const sent = Date.now();
  child.kill(signal);
  const result = await done;
  const took = Date.now() - sent;
  await closed;
  return { result, took, left: existsSync(report) ? [report] : readdirSync(folder), asked, server };
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s in the middle of an answer', (signal, code) => {
  test.each([
    ['as a table', []],
    ['as JSON', ['-o', 'json']],
    ['one request at a time', ['--concurrency', '1', '-o', 'ndjson']],
  ])('%s: ends at once, without a verdict, a report or a connection', async (_how, argv) => {
    const { result, took, left, asked, server } = await interrupted(signal, ...argv);
    expect(result).toEqual({ code, stdout: '', stderr: '' });
    expect(took).toBeLessThan(1_000);
    expect(left).toEqual([]);
    expect(server.requests).toHaveLength(asked);
  });
});

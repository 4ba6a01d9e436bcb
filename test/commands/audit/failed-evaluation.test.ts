import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoDefaults } from '../../../src/demo/options.ts';
import { type Demo, startDemo } from '../../../src/demo/server.ts';
import { type Ran, ran, TestClock, testDeps } from '../../support/deps.ts';
import { folder } from '../../support/folder.ts';
import { serve } from '../../support/server.ts';

const now = '2026-11-26T12:00:00Z';
const days = ['--window', '2026-11-22,2026-11-26']; // the last two are not settled

let demo: Demo;
let broken = '';
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  const options = { ...demoDefaults, port: 0, clusters: 1, nodes: 3, pods: 20, days: 12 };
  demo = await startDemo(options, { clock: new TestClock(now) });
  server = await serve({
    '*': async (request, response) => {
      const isBroken = broken !== '' && String(request.query).includes(`window=${broken}`);
      const answer = await fetch(`${demo.url}${request.path}?${request.query}`);
      const text = await answer.text();
      response.writeHead(isBroken ? 500 : answer.status, { 'content-type': 'application/json' });
      response.end(isBroken ? '{"code":500}' : text);
    },
  });
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await demo.close();
});

/** Any command, a minute after the one before: what is stored has another time. */
let minutes = 0;
const audit = (...argv: string[]): Promise<Ran> =>
  ran(
    ['audit', ...argv],
    testDeps({
      clock: new TestClock(new Date(Date.parse(now) + minutes++ * 60_000).toISOString()),
    }),
  );

const run = (dir: string, ...more: string[]) =>
  audit('run', '--url', server.url, '--audit-store', dir, '--retries', '0', ...days, ...more);

/** A run during which the requests about one day fail. */
async function failing(date: string, dir: string, ...more: string[]): Promise<Ran> {
  broken = date;
  const outcome = await run(dir, ...more);
  broken = '';
  return outcome;
}

function fileOf(dir: string, date: string): string {
  const paths = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  return readFileSync(join(dir, paths.find((path) => path.endsWith(`${date}.json`)) ?? ''), 'utf8');
}

describe('a day that is stored, and whose newest evaluation failed', { timeout: 60_000 }, () => {
  test('stays, is said to be older, decides no gate and is not merged, until an evaluation succeeds', async () => {
    using temporary = folder();
    const dir = temporary.at('store');
    expect((await run(dir, '--shard', '1/1')).code).toBe(0);
    const before = JSON.parse(fileOf(dir, '2026-11-25'));
    expect((await audit('merge', dir)).code).toBe(0);
    expect((await failing('2026-11-25', dir, '--shard', '1/1')).code).toBe(3);
    const { failedAt, ...after } = JSON.parse(fileOf(dir, '2026-11-25'));
    expect(after).toEqual(before);
    expect(failedAt > before.storedAt).toBe(true);

    const listed = await audit('list', '--audit-store', dir, '--fail-on', 'failed');
    expect(listed.stderr).toContain(
      `2026-11-25: the evaluation of ${failedAt} failed; shown is the one of ${before.storedAt}`,
    );
    expect([listed.code, listed.stdout]).toEqual([3, expect.stringContaining('2026-11-25')]);
    const settled = ['--window', '2026-11-22,2026-11-24', '--fail-on', 'failed'];
    expect((await audit('list', '--audit-store', dir, ...settled)).code).toBe(0);
    const merged = await audit('merge', dir);
    expect([merged.code, merged.stdout, merged.stderr]).toEqual([
      3,
      '',
      expect.stringContaining(
        'not complete: 2026-11-25 of cluster-one (shard 1/1), whose last evaluation failed',
      ),
    ]);

    expect((await run(dir, '--shard', '1/1')).code).toBe(0);
    expect(fileOf(dir, '2026-11-25')).not.toContain('failedAt');
    expect((await audit('merge', dir)).code).toBe(0);
  });

  test('is evaluated again although it is settled', async () => {
    using temporary = folder();
    await run(temporary.path);
    expect((await failing('2026-11-22', temporary.path, '--rerun')).code).toBe(3);
    const again = await run(temporary.path);
    expect(again.stderr).toContain('1 of 4 days read from'); // two are not settled
    expect((await run(temporary.path)).stderr).toContain('2 of 4 days read from');
  });
});

test('audit merge writes to a store only where the command line names it', async () => {
  using temporary = folder();
  await run(temporary.at('a'));
  const env = { KC_ETL_AUDIT_STORE: temporary.at('b') };
  const deps = () => testDeps({ clock: new TestClock(now), env });
  expect((await ran(['audit', 'merge', temporary.at('a')], deps())).code).toBe(0);
  expect(temporary.names()).toEqual(['a']);
  const argv = ['audit', 'merge', temporary.at('a'), '--audit-store', temporary.at('c')];
  expect((await ran(argv, deps())).code).toBe(0);
  expect(temporary.names().sort()).toEqual(['a', 'c']);
});

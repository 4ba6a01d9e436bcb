import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { reply, serve } from '../../support/server.ts';
import { spawned } from '../../support/spawn.ts';

const fixture = (name: string) => new URL(`../../fixtures/${name}`, import.meta.url).pathname;
const small = ['--clusters', '1', '--nodes', '2', '--pods', '6'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kc-etl-test-'));
});

async function* stdinOf(path: string): AsyncGenerator<Uint8Array> {
  yield await readFile(path);
}

describe('--from <file>', () => {
  test('reads a log as the server answered it, as its data alone, and from stdin', async () => {
    const path = fixture('etl-log.json');
    const whole = await ran(['events', '--from', path, '-o', 'json']);
    expect(whole.code).toBe(0);
    expect(JSON.parse(whole.stdout)).toMatchObject({ server: null, total: 6 });
    const withoutEnvelope = join(folder, 'data.json');
    await writeFile(withoutEnvelope, JSON.stringify(JSON.parse(await readFile(path, 'utf8')).data));
    expect(await ran(['events', '--from', withoutEnvelope, '-o', 'json'])).toEqual(whole);
    const deps = testDeps();
    const io = { ...deps.io, stdin: () => stdinOf(path) };
    expect(await ran(['events', '--from', '-', '-o', 'json'], { ...deps, io })).toEqual(whole);
  });

  test('reads a report of kc-etl, and gives the same report', async () => {
    const path = fixture('etl-log.json');
    const report = await ran(['events', '--from', path, '-o', 'json']);
    const saved = join(folder, 'report.json');
    await writeFile(saved, report.stdout);
    expect(await ran(['events', '--from', saved, '-o', 'json'])).toEqual(report);
    const filtered = [
      '--kind',
      'AssetSetSaved',
      '--window',
      '2022-06-03,2022-06-04',
      '-o',
      'ndjson',
    ];
    expect((await ran(['events', '--from', saved, ...filtered])).stdout).toBe(
      (await ran(['events', '--from', path, ...filtered])).stdout,
    );
    const before = ['--window', '2022-06-01,2022-06-02', '-o', 'ndjson'];
    expect((await ran(['events', '--from', saved, ...before])).stdout).toBe('');
  });

  test('reads AuditSets, and reports of audits', async () => {
    const path = fixture('etl-audit.json');
    const listed = await ran(['audit', '--from', path, '-o', 'json', '--fail-on', 'failed']);
    expect(JSON.parse(listed.stdout)).toMatchObject({ server: null, engine: 'server' });
    expect(JSON.parse(listed.stdout).audits.length).toBeGreaterThan(0);
    const saved = join(folder, 'report.json');
    await writeFile(saved, listed.stdout);
    expect(await ran(['audit', '--from', saved, '-o', 'json', '--fail-on', 'failed'])).toEqual(
      listed,
    );
    const equality = ['--type', 'cluster-equality', '-o', 'ndjson'];
    const one = await ran(['audit', '--from', saved, ...equality]);
    expect(one.stdout).toBe((await ran(['audit', '--from', path, ...equality])).stdout);
    expect(one.stdout).not.toBe('');
  });

  test('covers a log as of its newest event', async () => {
    const { code, stdout, stderr } = await ran([
      'events',
      'coverage',
      '--from',
      fixture('etl-log.json'),
      '-o',
      'json',
    ]);
    expect(stderr).toContain('ages are measured from the newest event, 2022-06-03T17:07:54Z');
    const report = JSON.parse(stdout);
    expect(report.now).toBe('2022-06-03T17:07:54Z');
    expect(report.summary.complete).toBe(2);
    expect(code).toBe(0);
  });

  test.each([
    ['nothing.json', null, 2, 'cannot be read'],
    ['text.json', 'hello', 3, 'invalid JSON'],
    ['cut.json', '{"code":200,"data":{"asset":[{"kind":"A', 3, 'ends after'],
    ['other.json', '{"code":200,"data":{"cost":1}}', 3, 'not an event log'],
    ['error.json', '{"code":500,"message":"no ETL","data":null}', 3, 'no ETL'],
  ])('says what is wrong with %s', async (name, text, expected, why) => {
    const path = join(folder, name);
    if (text !== null) await writeFile(path, text);
    const { code, stdout, stderr } = await ran(['events', '--from', path]);
    expect(stderr).toContain(why);
    expect(stderr).toContain(name);
    expect(stdout).toBe('');
    expect(code).toBe(expected);
  });

  test.each([['--url', 'http://localhost:1'], ['--demo'], ['--record', 'x'], ['--follow']])(
    'excludes %s',
    async (...other) => {
      const from = ['--from', fixture('etl-log.json')];
      expect((await ran(['events', ...from, ...other])).code).toBe(2);
    },
  );
});

describe('--record <dir> and --from <dir>', () => {
  test.each<[string[]]>([
    [['events', '--kind', 'AssetSet']],
    [['events', 'coverage']],
    [['events', 'coverage', '--window', '7d', '--fault', 'gap']],
    [['events', 'coverage', '--as', 'opencost', '--fault', 'empty']],
  ])('gives again what it gave: %j', async (argv) => {
    const directory = join(folder, 'recording');
    const live = await ran(
      [...argv, '-o', 'json', '--demo', ...small, '--record', directory],
      testDeps({ clock: new TestClock('2026-03-10T12:30:00Z') }),
    );
    const end = argv.findIndex((word) => ['--as', '--fault'].includes(word));
    const command = end < 0 ? argv : argv.slice(0, end);
    const replayed = await ran(
      [...command, '-o', 'json', '--from', directory],
      testDeps({ clock: new TestClock('2030-01-01T00:00:00Z') }),
    );
    expect(JSON.parse(replayed.stdout)).toEqual(JSON.parse(live.stdout));
    expect(replayed.code).toBe(live.code);
  });

  test('gives again an audit that was started and waited for', async () => {
    const directory = join(folder, 'recording');
    const run = ['audit', 'run', '--type', 'cluster-equality', '--commit', '-o', 'json'];
    const live = await spawned([...run, '--demo', '--fault', 'lost-disk', '--record', directory]);
    const replayed = await spawned([...run, '--from', directory]);
    expect(replayed).toEqual(live);
    expect(replayed.code).toBe(1);
  });

  test('keeps no secret, wherever it stood', async () => {
    const token = 'tok-"en-1234567890';
    await using server = await serve({
      '/model/etl/log': reply(
        JSON.stringify({
          code: 200,
          data: { asset: [], counters: { AssetSetSaved: 1 } },
          message: token,
        }),
      ),
      '/model/etl/status': reply(
        JSON.stringify({
          code: 200,
          data: { apiKey: 'abc-secret', password: 'p"w', note: 'kept' },
        }),
      ),
    });
    const directory = join(folder, 'recording');
    await ran(
      ['events', 'coverage', '--url', server.url, '--record', directory],
      testDeps({ env: { KC_ETL_TOKEN: token } }),
    );
    let all = '';
    for (const name of await readdir(directory)) {
      all += await readFile(join(directory, name), 'utf8');
    }
    expect(all).toContain('kept');
    expect(all).not.toContain('1234567890');
    expect(all).not.toContain('abc-secret');
    expect(all).not.toContain('p\\"w');
  });

  test('refuses a directory that holds something, before any request', async () => {
    await writeFile(join(folder, 'mine'), '');
    await using server = await serve({});
    const { code, stderr } = await ran(['events', '--url', server.url, '--record', folder]);
    expect(code).toBe(2);
    expect(stderr).toContain('is not empty');
    expect(server.requests).toHaveLength(0);
  });

  test('says what a recording does not hold', async () => {
    const directory = join(folder, 'recording');
    await ran(['events', '--demo', ...small, '--record', directory]);
    const other = await ran(['events', '--window', '3d', '--from', directory]);
    expect(other.code).toBe(3);
    expect(other.stderr).toContain('/etl/log?window=3d');
    const none = await ran(['audit', '--from', directory]);
    expect(none.code).toBe(3);
    const empty = await mkdtemp(join(tmpdir(), 'kc-etl-test-'));
    expect((await ran(['events', '--from', empty])).stderr).toContain('is not a recording');
  });
});

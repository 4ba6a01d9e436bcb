import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFault } from '../../../src/demo/fault-option.ts';
import { demoDefaults } from '../../../src/demo/options.ts';
import { type Demo, startDemo } from '../../../src/demo/server.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { AuditStore } from '../../../src/store/audit-store.ts';
import { diskFiles, temporaryName } from '../../../src/store/disk.ts';
import { pathOf } from '../../../src/store/layout.ts';
import { storedDay } from '../../store/support/days.ts';
import { type Ran, ran, TestClock, testDeps } from '../../support/deps.ts';
import { folder } from '../../support/folder.ts';
import { serve } from '../../support/server.ts';
import { spawned } from '../../support/spawn.ts';

const now = '2026-11-26T12:00:00Z';

const small = { ...demoDefaults, port: 0, clusters: 1, nodes: 3, pods: 20, days: 20 };

let demo: Demo;

beforeAll(async () => {
  const options = { ...small, faults: [parseFault('lost-disk=all')] };
  demo = await startDemo(options, { clock: new TestClock(now) });
}, 60_000);
afterAll(() => demo.close());

const audit = (argv: readonly string[], time = now): Promise<Ran> =>
  ran(['audit', ...argv], testDeps({ clock: new TestClock(time) }));

const run = (dir: string, ...more: string[]) =>
  audit(['run', '--url', demo.url, '--audit-store', dir, '--window', week, '-o', 'json', ...more]);

const week = '2026-11-14,2026-11-21';

/** A report without what a run alone says: where the server was, when the audits ran, its gate. */
function content({ stdout }: Ran): unknown {
  const { server: _, gate: __, ...report } = JSON.parse(stdout) as AuditReport; // what audit printed
  return { ...report, audits: report.audits.map((one) => ({ ...one, lastRun: null })) };
}

const dayFiles = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\d{4}-\d{2}-\d{2}\.json$/.test(path))
    .sort();

describe('audit run --audit-store', { timeout: 120_000 }, () => {
  test('the report is the one of a run without a store, also when it is read from the store', async () => {
    using temporary = folder();
    const plain = await audit([
      'run',
      '--url',
      demo.url,
      '--engine',
      'local',
      '--window',
      week,
      '-o',
      'json',
    ]);
    const stored = await run(temporary.path);
    expect(stored.stderr).toContain('0 of 7 days read from');
    expect(content(stored)).toEqual(content(plain));
    const again = await run(temporary.path);
    expect(again.stderr).toContain('7 of 7 days read from');
    expect(again.code).toBe(1);
    expect(content(again)).toEqual(content(plain));
    const listed = await audit(['list', '--audit-store', temporary.path, '-o', 'json']);
    expect(listed.code).toBe(0);
    expect(content(listed)).toEqual(content(plain));
  });

  test('only days that are not settled are evaluated again, and all with --rerun', async () => {
    using temporary = folder();
    const recent = ['--window', '2026-11-20,2026-11-26'];
    await run(temporary.path, ...recent);
    const before = dayFiles(temporary.path).map((path) => [path, textOf(temporary.path, path)]);
    const later = await audit(
      ['run', '--url', demo.url, '--audit-store', temporary.path, ...recent],
      '2026-11-26T13:00:00Z',
    );
    expect(later.stderr).toContain('4 of 6 days read from');
    const changed = before.filter(([path = '', text]) => textOf(temporary.path, path) !== text);
    expect(changed.map(([path]) => path?.slice(-15, -5))).toEqual(['2026-11-24', '2026-11-25']);
    expect((await run(temporary.path, '--rerun')).stderr).toContain('0 of 7 days read from');
  });

  test('--recheck evaluates days again whose totals changed, and says so', async () => {
    using temporary = folder();
    await run(temporary.path);
    expect((await run(temporary.path, '--recheck')).stderr).toContain('7 of 7 days read from');
    const [path = ''] = dayFiles(temporary.path);
    const day = JSON.parse(textOf(temporary.path, path));
    day.totals.assets -= 1;
    writeFileSync(join(temporary.path, path), JSON.stringify(day));
    const { stderr } = await run(temporary.path, '--recheck');
    expect(stderr).toMatch(/2026-11-14 changed since it was stored \(assets [\d.]+ -> [\d.]+\)/);
    expect(stderr).toContain('6 of 7 days read from');
  });

  test('a finding begins where earlier stored days show that it does', async () => {
    using temporary = folder();
    await run(temporary.path, '--window', '2026-11-15,2026-11-21');
    const { stdout } = await run(temporary.path, '--window', '2026-11-18,2026-11-21');
    const whole = await audit(['list', '--audit-store', temporary.path, '-o', 'json']);
    const [finding] = (JSON.parse(stdout) as AuditReport).findings;
    const [longer] = (JSON.parse(whole.stdout) as AuditReport).findings;
    expect(finding?.first).toBe(longer?.first);
    expect(Date.parse(finding?.first ?? '')).toBeLessThan(Date.parse('2026-11-18T00:00:00Z'));
    expect(finding?.windows.map(({ start }) => start.slice(0, 10))).toEqual([
      '2026-11-18',
      '2026-11-19',
      '2026-11-20',
    ]);
  });

  test('a day of which a request failed is not stored', async () => {
    using temporary = folder();
    const isAssets = /^\/(model\/)?assets$/;
    await using server = await serve({
      '*': async (request, response) => {
        const isBroken = isAssets.test(request.path) && /2026-11-15/.test(String(request.query));
        const answer = await fetch(`${demo.url}${request.path}?${request.query}`);
        response.writeHead(isBroken ? 500 : answer.status, {
          'content-type': answer.headers.get('content-type') ?? '',
        });
        response.end(isBroken ? '{"code":500}' : await answer.text());
      },
    });
    const argv = ['run', '--url', server.url, '--audit-store', temporary.path];
    const window = ['--window', '2026-11-16,2026-11-18'];
    const whole = ['--window', '2026-11-15,2026-11-18', '--retries', '0'];
    expect((await audit([...argv, ...window, '--fail-on', 'never'])).code).toBe(0);
    const { code, stderr } = await audit([...argv, ...whole]);
    expect([1, 3]).toContain(code);
    expect(stderr).toContain('not all of the data could be retrieved');
    expect(dayFiles(temporary.path).map((path) => path.slice(-15, -5))).toEqual([
      '2026-11-16',
      '2026-11-17',
    ]);
  });

  test('is refused with a bill, and its options without a store', async () => {
    for (const [argv, text] of [
      [['run', '--rerun', '--window', week, '--url', demo.url], '--rerun needs an AuditStore'],
      [['list', '--check', '--url', demo.url], '--check needs an AuditStore'],
      [['list', '--audit-store', 'x', '--url', demo.url], '--audit-store and --url exclude'],
    ] as const) {
      const { code, stderr } = await audit([
        ...argv,
        ...(argv[0] === 'run' ? ['--engine', 'local'] : []),
      ]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
    }
  });
});

const textOf = (dir: string, path: string) => readFileSync(join(dir, path), 'utf8');

describe('what reads an AuditStore', { timeout: 120_000 }, () => {
  let store: ReturnType<typeof folder>;
  beforeAll(async () => {
    store = folder();
    await run(store.path);
  }, 60_000);
  afterAll(() => store[Symbol.dispose]());

  test('report, diff and compare; a selection by window', async () => {
    const deps = testDeps({ clock: new TestClock(now) });
    const page = await ran(['report', '--audit-store', store.path, '-o', 'html'], deps);
    expect(page.stdout).toContain('<!doctype html>');
    const some = await audit([
      'diff',
      '--audit-store',
      store.path,
      '--window',
      '2026-11-14,2026-11-15',
      '-o',
      'json',
    ]);
    const { audits } = JSON.parse(some.stdout) as AuditReport;
    expect(new Set(audits.map(({ window }) => window.start))).toEqual(
      new Set(['2026-11-14T00:00:00Z']),
    );
    const compared = await audit([
      'compare',
      '--audit-store',
      store.path,
      '--audit-store',
      store.path,
      '-o',
      'json',
      '--fail-on',
      'new',
    ]);
    expect([compared.code, JSON.parse(compared.stdout).new]).toEqual([0, []]);
  });

  test('the built program', async () => {
    const listed = await spawned([
      'audit',
      'list',
      '--audit-store',
      store.path,
      '--fail-on',
      'failed',
    ]);
    expect(listed.code).toBe(1);
    expect(listed.stdout).toMatch(/^FAILED/);
  });

  test('a damaged file leaves the gate undecided, and --check names it', async () => {
    using temporary = folder();
    await run(temporary.path);
    const [path = '', second = ''] = dayFiles(temporary.path);
    writeFileSync(join(temporary.path, path), textOf(temporary.path, path).slice(0, 100));
    for (const file of dayFiles(temporary.path).slice(2)) rmSync(join(temporary.path, file));
    const list = (...more: string[]) => audit(['list', '--audit-store', temporary.path, ...more]);
    const plain = await list('--type', 'CheckNullCost', '--fail-on', 'failed');
    expect([plain.code, plain.stderr]).toEqual([3, expect.stringContaining(`${path} is not JSON`)]);
    expect((await list('--check')).code).toBe(3);
    rmSync(join(temporary.path, path));
    expect((await list('--check')).code).toBe(0);
    expect(second).not.toBe('');
  });

  test('several servers: one has to be chosen', async () => {
    using temporary = folder();
    await run(temporary.path);
    const options = { ...small, seed: 7 };
    const other = await startDemo(options, { clock: new TestClock(now) });
    await audit(['run', '--url', other.url, '--audit-store', temporary.path, '--window', week]);
    await other.close();
    const unnamed = await audit(['list', '--audit-store', temporary.path]);
    expect([unnamed.code, unnamed.stderr]).toEqual([2, expect.stringContaining('has 2 servers')]);
    for (const url of [demo.url, other.url]) expect(unnamed.stderr).toContain(`(${url})`);
    const named = await audit([
      'list',
      '--audit-store',
      temporary.path,
      '--server',
      other.url,
      '-o',
      'json',
    ]);
    expect(JSON.parse(named.stdout).server).toBe(other.url);
    for (const command of ['trend', 'diff', 'explain']) {
      const argv = [command, ...(command === 'explain' ? ['x:y'] : [])];
      const { code, stderr } = await audit([...argv, '--audit-store', temporary.path]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('--server <name>')]);
    }
  });

  test('a damaged file of another server decides nothing; --check names every damaged file', async () => {
    using temporary = folder();
    const files = diskFiles(temporary.path);
    const opened = await AuditStore.open(temporary.path, { files, temporaryName }, true);
    const otherServer = { ...storedDay(0).server, clusterId: 'c2' };
    const [own, other] = [storedDay(0), storedDay(0, { server: otherServer })];
    for (const day of [own, storedDay(1), other, { ...other, window: storedDay(1).window }])
      await opened.write(day);
    writeFileSync(join(temporary.path, pathOf(other)), '{');
    mkdirSync(join(temporary.path, 'shards'));
    writeFileSync(join(temporary.path, 'shards', 'x.json'), '{');
    const list = (...more: string[]) =>
      audit(['list', '--audit-store', temporary.path, '--fail-on', 'failed', ...more]);
    const [name = ''] = pathOf(own).split('/').slice(1);
    for (const one of ['c1', name]) {
      const { code, stderr } = await list('--server', one);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('is not JSON')]);
    }
    const damaged = await list('--server', 'c2');
    expect([damaged.code, damaged.stderr]).toEqual([3, expect.stringContaining('is not JSON')]);
    const checked = await list('--server', 'c1', '--check');
    expect(checked.code).toBe(3);
    expect(checked.stderr).toContain(`${pathOf(other)} is not JSON`);
    expect(checked.stderr).toContain('shards/x.json is not the plan of a sharded run');
  });

  test('a variable names a store, unless the command line names a server', async () => {
    const env = { KC_ETL_AUDIT_STORE: store.path };
    const deps = () => testDeps({ clock: new TestClock(now), env });
    const stored = await ran(['audit', 'list', '-o', 'json'], deps());
    expect(JSON.parse(stored.stdout).engine).toBe('local');
    const asked = await ran(['audit', 'list', '--url', demo.url, '-o', 'json'], deps());
    expect(JSON.parse(asked.stdout).engine).toBe('server');
  });

  test('no store there', async () => {
    using temporary = folder();
    const { code, stderr } = await audit(['list', '--audit-store', temporary.at('none')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not an AuditStore')]);
  });
});

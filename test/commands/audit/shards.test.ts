import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFault } from '../../../src/demo/fault-option.ts';
import { demoDefaults } from '../../../src/demo/options.ts';
import { type Demo, startDemo } from '../../../src/demo/server.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { pathOf } from '../../../src/store/layout.ts';
import { storedDay } from '../../store/support/days.ts';
import { type Ran, ran, TestClock, testDeps } from '../../support/deps.ts';
import { type Folder, folder } from '../../support/folder.ts';
import { serve } from '../../support/server.ts';

const now = '2026-11-26T12:00:00Z';
const week = ['--window', '2026-11-17,2026-11-25'];
const small = { ...demoDefaults, port: 0, clusters: 1, nodes: 3, pods: 20, days: 12 };
const faults = ['lost-disk=all', 'empty=2026-11-17', 'empty=2026-11-20'].map(parseFault);

let demo: Demo;
let whole: unknown;

beforeAll(async () => {
  demo = await startDemo({ ...small, faults }, { clock: new TestClock(now) });
  const run = await audit(['run', '--engine', 'local', '--url', demo.url, ...week, '-o', 'json']);
  whole = content(run);
}, 120_000);
afterAll(() => demo.close());

const audit = (argv: readonly string[], env = {}): Promise<Ran> =>
  ran(['audit', ...argv], testDeps({ clock: new TestClock(now), env }));

/** One shard as a report; in a store with `--audit-store`. */
const shard = (of: string, more: readonly string[] = [], env = {}) =>
  audit(['run', '--url', demo.url, ...week, '--shard', of, '-o', 'json', ...more], env);

/** A report without when its audits ran. */
function content({ stdout, stderr, code }: Ran): unknown {
  expect(stdout, `${code} ${stderr}`).not.toBe('');
  const report = JSON.parse(stdout) as AuditReport; // what audit printed
  return { ...report, audits: report.audits.map((one) => ({ ...one, lastRun: null })) };
}

const merged = (...argv: string[]) => audit(['merge', ...argv, '-o', 'json']);

/** Every shard as a file, in any order. */
async function reports(temporary: Folder, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let i = count; i >= 1; i--) {
    const { stdout, code } = await shard(`${i}/${count}`);
    expect([0, 1]).toContain(code);
    names.push(temporary.write(`${i}.json`, stdout));
  }
  return names;
}

describe('shards', { timeout: 240_000 }, () => {
  test.each([1, 2, 3, 5])('%i reports merge into the report of a whole run', async (count) => {
    using temporary = folder();
    const names = await reports(temporary, count);
    const all = await merged(...names);
    expect(content(all)).toEqual(whole);
    expect([all.code, all.stderr]).toEqual([1, expect.stringContaining('gate failed')]);
  });

  test('a shared store of 64 shards, most of them without a day', async () => {
    using temporary = folder();
    const codes = new Set<number>();
    for (let i = 1; i <= 64; i++) {
      codes.add((await shard(`${i}/64`, ['--audit-store', temporary.path])).code);
    }
    expect([...codes].sort()).toEqual([0, 1]);
    expect(content(await merged(temporary.path))).toEqual(whole);
    const listed = JSON.parse(
      (await audit(['list', '--audit-store', temporary.path, '-o', 'json'])).stdout,
    );
    expect(listed.audits).toHaveLength((whole as AuditReport).audits.length);
  });

  test('a store each; merged into another store, which reads like one that was written by one run', async () => {
    using temporary = folder();
    const dirs = ['a', 'b', 'c'].map((name) => temporary.at(name));
    for (const [i, dir] of dirs.entries()) await shard(`${i + 1}/3`, ['--audit-store', dir]);
    const [first = '', ...others] = dirs;
    const part = await merged(first, ...others.slice(1));
    expect([part.code, part.stderr]).toEqual([
      3,
      expect.stringMatching(
        /the inputs are not complete: 2026-11-\d\d of cluster-one \(shard 2\/3\)/,
      ),
    ]);
    expect(part.stdout).toBe('');
    const all = await merged(...[...dirs].reverse(), '--audit-store', temporary.at('all'));
    expect(content(all)).toEqual(whole);
    expect(content(await merged(temporary.at('all')))).toEqual(whole);
  });

  test('auto is the part of an Indexed Job of Kubernetes', async () => {
    const days = async (of: string, env = {}) =>
      (JSON.parse((await shard(of, [], env)).stdout) as AuditReport).shard?.days;
    expect(await days('auto/3', { JOB_COMPLETION_INDEX: '1' })).toEqual(await days('2/3'));
    for (const [env, text] of [
      [{}, 'JOB_COMPLETION_INDEX is not set'],
      [{ JOB_COMPLETION_INDEX: '3' }, "JOB_COMPLETION_INDEX is '3', not a number from 0 to 2"],
    ] as const) {
      const { code, stderr } = await shard('auto/3', [], env);
      expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
    }
  });

  test('a day of which a request failed is missing at the merge', async () => {
    using temporary = folder();
    await using server = await serve({
      '*': async (request, response) => {
        const isBroken = /assets/.test(request.path) && /2026-11-19/.test(String(request.query));
        const answer = await fetch(`${demo.url}${request.path}?${request.query}`);
        response.writeHead(isBroken ? 500 : answer.status, {
          'content-type': answer.headers.get('content-type') ?? '',
        });
        response.end(isBroken ? '{"code":500}' : await answer.text());
      },
    });
    const names: string[] = [];
    const argv = [
      'run',
      '--url',
      server.url,
      ...week,
      '-o',
      'json',
      '--fail-on',
      'never',
      '--retries',
      '0',
    ];
    for (const i of [1, 2]) {
      const { stdout } = await audit([...argv, '--shard', `${i}/2`]);
      names.push(temporary.write(`${i}.json`, stdout));
    }
    const { code, stderr } = await merged(...names);
    expect([code, stderr]).toEqual([3, expect.stringContaining('2026-11-19 of cluster-one')]);
  });
});

describe('audit merge refuses', { timeout: 120_000 }, () => {
  let store: Folder;
  const path = pathOf({ ...storedDay(0), server: { ...storedDay(0).server } });

  beforeAll(async () => {
    store = folder();
    await write(store.path);
  });
  afterAll(() => store[Symbol.dispose]());

  async function write(dir: string, changes: Parameters<typeof storedDay>[1] = {}) {
    const { AuditStore } = await import('../../../src/store/audit-store.ts');
    const { diskFiles, temporaryName } = await import('../../../src/store/disk.ts');
    const opened = await AuditStore.open(dir, { files: diskFiles(dir), temporaryName }, true);
    for (let index = 0; index < 4; index++) await opened.write(storedDay(index, changes));
  }

  test('a day that two inputs have with different content, and not one that differs in when it ran', async () => {
    using temporary = folder();
    await write(temporary.at('later'), { storedAt: '2026-11-27T00:00:00Z', kcEtl: '0.3.0' });
    expect((await merged(store.path, temporary.at('later'))).code).toBe(0);
    await write(temporary.at('other'), { totals: { allocations: 11, assets: 12 } });
    const { code, stderr } = await merged(store.path, temporary.at('other'));
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('contradict each other: 2026-11-01 of c1 differs between'),
    ]);
  });

  test('a gap between stored days, and a damaged file that no other input has', async () => {
    using temporary = folder();
    await write(temporary.at('a'));
    rmSync(join(temporary.at('a'), pathOf(storedDay(1))));
    const gap = await merged(temporary.at('a'));
    expect([gap.code, gap.stderr]).toEqual([
      3,
      expect.stringContaining('not complete: 2026-11-02 of c1'),
    ]);
    writeFileSync(join(temporary.at('a'), path), '{');
    const damaged = await merged(temporary.at('a'));
    expect([damaged.code, damaged.stderr]).toEqual([
      3,
      expect.stringContaining('2026-11-01.json is not JSON'),
    ]);
    expect((await merged(temporary.at('a'), store.path)).code).toBe(0);
  });

  test('days of several versions of the audits', async () => {
    using temporary = folder();
    await write(temporary.path, {
      auditsVersion: 0,
      server: { ...storedDay(0).server, clusterId: 'c0' },
    });
    const { code, stderr } = await merged(store.path, temporary.path, '--server', 'c1');
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('versions 0 and 1 of the audits are mixed'),
    ]);
  });

  test('what is no store and no report of a shard', async () => {
    using temporary = folder();
    const report = { schemaVersion: 1, server: null, engine: 'local', audits: [], gate: null };
    const summary = { passed: 0, warning: 0, failed: 0, skipped: 0, notRun: 0 };
    const files: [string, number, string][] = [
      [temporary.at('none'), 2, 'cannot be read: no such file or directory'],
      [temporary.path, 2, 'is not an AuditStore'],
      [temporary.write('text.json', 'x'), 3, 'is not JSON'],
      [
        temporary.write('whole.json', JSON.stringify({ ...report, summary })),
        3,
        'is not the report of a shard',
      ],
      [
        temporary.write(
          'cut.json',
          JSON.stringify({ ...report, summary, shard: { index: 1, count: 1, plan: {}, days: [] } }),
        ),
        3,
        'is damaged: shard.',
      ],
    ];
    for (const [name, code, text] of files) {
      const outcome = await merged(name);
      expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(text)]);
    }
    expect((await merged()).code).toBe(2);
  });

  test.each(['0/3', '4/3', '1/0', 'x/2', '1', 'auto', '1/99999'])('--shard %s', async (text) => {
    const { code, stderr } = await shard(text);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`'${text}' is not a shard`)]);
  });

  test('--shard on the server engine and with a bill', async () => {
    const argv = ['run', '--url', demo.url, ...week, '--shard', '1/2'];
    expect((await audit([...argv, '--engine', 'server'])).stderr).toContain(
      '--shard: the server engine',
    );
    using temporary = folder();
    const bill = temporary.write('bill.csv', 'x');
    expect((await audit([...argv, '--bill', bill])).code).not.toBe(0);
  });
});

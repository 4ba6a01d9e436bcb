import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { demoDefaults } from '../../src/demo/options.ts';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { markerName } from '../../src/store/marker.ts';
import { type Ran, ran, TestClock, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { ended, spawned, start } from '../support/spawn.ts';
import { until } from '../support/waiting.ts';

const now = '2026-11-26T12:00:00Z';
const week = '2026-11-14,2026-11-21';

let demo: Demo;
let report: string;

beforeAll(async () => {
  const options = { ...demoDefaults, port: 0, clusters: 1, nodes: 3, pods: 20, days: 20 };
  const faults = [parseFault('lost-disk=2026-11-16')];
  demo = await startDemo({ ...options, faults }, { clock: new TestClock(now) });
  using temporary = folder();
  report = contentOf(await run(temporary.at('store')));
}, 60_000);
afterAll(() => demo.close());

const argvFor = (dir: string, ...more: string[]) =>
  ['audit', 'run', '--url', demo.url, '--audit-store', dir, '--window', week].concat(more);

function run(dir: string, time = now): Promise<Ran> {
  return ran(argvFor(dir, '-o', 'json'), testDeps({ clock: new TestClock(time) }));
}

const list = (dir: string, ...more: string[]) =>
  ran(['audit', 'list', '--audit-store', dir, ...more], testDeps({ clock: new TestClock(now) }));

/** A report but for the times of the run. */
function contentOf({ stdout }: Ran): string {
  const { audits, findings } = JSON.parse(stdout) as AuditReport; // what audit run printed
  return JSON.stringify([audits.map((one) => ({ ...one, lastRun: null })), findings]);
}

function pathsOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every file of a store by its path. */
function filesOf(dir: string): Map<string, string> {
  return new Map(pathsOf(dir).map((path) => [path, readFileSync(path, 'utf8')]));
}

const dayPaths = (dir: string) => pathsOf(dir).filter((path) => /\d\.json$/.test(path));

/** At most an error line and a hint, and no stack trace. */
function expectOneError(stderr: string, message: RegExp): void {
  const errors = stderr.split('\n').filter((line) => line.startsWith('error: '));
  expect(errors).toEqual([expect.stringMatching(message)]);
  expect(stderr).toMatch(/^hint: /m);
  expect(stderr).not.toMatch(/^ +at |Error:/m);
}

/** A small file system on a folder, where this user can mount one. */
function mounted(path: string, options: string): Disposable | null {
  mkdirSync(path);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  return status === 0 ? { [Symbol.dispose]: () => spawnSync('umount', ['-l', path]) } : null;
}

describe('a run whose store cannot be written', { timeout: 120_000 }, () => {
  test('read-only', async ({ skip }) => {
    using temporary = folder();
    const dir = temporary.at('mounted');
    using mount = mounted(dir, 'size=8m');
    if (mount === null) return skip('this user cannot mount a file system');
    await run(dir);
    const before = filesOf(dir);
    for (const path of dayPaths(dir).slice(3)) rmSync(path);
    const kept = filesOf(dir);
    spawnSync('mount', ['-o', 'remount,ro', dir]);
    const { code, stdout, stderr } = await spawned(argvFor(dir, '--rerun'));
    expect([code, stdout]).toEqual([2, '']);
    expectOneError(stderr, /cannot be used: the file system is read-only$/);
    expect(filesOf(dir)).toEqual(kept);
    expect((await list(dir, '--check')).code).toBe(0); // reading needs no right to write
    expect(before.size).toBeGreaterThan(kept.size);
  });

  test('full: whole days only, and the next run goes on', async ({ skip }) => {
    using temporary = folder();
    const dir = temporary.at('mounted');
    using mount = mounted(dir, 'size=32k');
    if (mount === null) return skip('this user cannot mount a file system');
    const { code, stdout, stderr } = await spawned(argvFor(dir));
    expect([code, stdout]).toEqual([2, '']);
    expectOneError(stderr, /cannot be used: the disk is full$/);
    const days = dayPaths(dir);
    expect(filesOf(dir).size).toBe(days.length + 1); // and the marker: no temporary file
    expect((await list(dir, '--check')).code).toBe(0);
    spawnSync('mount', ['-o', 'remount,size=8m', dir]);
    const again = await run(dir);
    expect(contentOf(again)).toBe(report);
    expect(again.stderr).toContain(`${days.length} of 7 days read from`);
  });

  test('a file in the place of the folder', async () => {
    using temporary = folder();
    const { code, stderr } = await run(temporary.write('store', 'a file'));
    expect(code).toBe(2);
    expectOneError(stderr, /cannot be used: /);
    expect(temporary.read('store')).toBe('a file');
  });

  test('a store of a newer version is not changed, by no command', async () => {
    using temporary = folder();
    await run(temporary.path);
    temporary.write(markerName, '{"layoutVersion":99}\n');
    const before = filesOf(temporary.path);
    for (const { code, stderr } of [await run(temporary.path), await list(temporary.path)]) {
      expect(code).toBe(2);
      expectOneError(stderr, /written by a newer kc-etl \(layout 99/);
    }
    expect(filesOf(temporary.path)).toEqual(before);
  });
});

describe('a damaged day', { timeout: 120_000 }, () => {
  test.each<[string, (path: string, text: string) => void, RegExp]>([
    ['cut off', (path, text) => writeFileSync(path, text.slice(0, text.length / 2)), /is not JSON/],
    ['empty', (path) => writeFileSync(path, ''), /is not JSON/],
    ['binary', (path) => writeFileSync(path, Buffer.alloc(4096, 255)), /is not JSON/],
    ['null', (path) => writeFileSync(path, 'null'), /is not an AuditSet/],
    [
      'of a newer version',
      (path, text) => writeFileSync(path, text.replace('"schemaVersion": 1', '"schemaVersion": 2')),
      /newer kc-etl \(schema 2\)/,
    ],
  ])('%s: named, never part of a passed gate, and evaluated again', async (_, damage, problem) => {
    using temporary = folder();
    await run(temporary.path);
    const [, , path = ''] = dayPaths(temporary.path);
    damage(path, readFileSync(path, 'utf8'));
    const checked = await list(temporary.path, '--check');
    expect([checked.code, checked.stderr]).toEqual([3, expect.stringMatching(problem)]);
    expect(checked.stderr).toContain(path);
    const gated = await list(temporary.path, '--type', 'CheckNullCost', '--fail-on', 'failed');
    expect(gated.code).toBe(3);
    const again = await run(temporary.path);
    expect(again.stderr).toMatch(/6 of 7 days read from/);
    expect(contentOf(again)).toBe(report);
    expect((await list(temporary.path, '--check')).code).toBe(0);
  });

  test('a folder in the place of a day', async () => {
    using temporary = folder();
    await run(temporary.path);
    const [path = ''] = dayPaths(temporary.path);
    rmSync(path);
    mkdirSync(path);
    const before = filesOf(temporary.path);
    const { code, stderr } = await run(temporary.path);
    expect(code).toBe(2);
    expectOneError(stderr, /cannot be used: /);
    expect([...filesOf(temporary.path).keys()]).toEqual([...before.keys()]);
  });
});

describe('a run that is killed with SIGKILL', { timeout: 120_000 }, () => {
  test.each([1, 3, 6])('when it has stored day %i: the next run goes on there', async (count) => {
    using temporary = folder();
    const dir = temporary.at('store');
    const child = start(argvFor(dir));
    const ending = ended(child);
    await until(`day ${count} is stored`, () => existsSync(dir) && dayPaths(dir).length >= count);
    child.kill('SIGKILL');
    await ending;
    const stored = dayPaths(dir).length;
    expect(stored).toBeGreaterThanOrEqual(count);
    for (const path of dayPaths(dir))
      expect(() => JSON.parse(readFileSync(path, 'utf8'))).not.toThrow();
    expect((await list(dir, '--check')).code).toBe(0);
    const again = await run(dir);
    expect(again.stderr).toContain(`${stored} of 7 days read from`);
    expect(contentOf(again)).toBe(report);
  });
});

describe('several runs', { timeout: 120_000 }, () => {
  test('a clock that jumps back: days that it takes for settled stay, and the report is the same once it is right', async () => {
    using temporary = folder();
    await run(temporary.path);
    const back = await run(temporary.path, '2026-11-21T06:00:00Z');
    expect(back.stderr).toContain('5 of 7 days read from');
    expect(dayPaths(temporary.path)).toHaveLength(7);
    const right = await run(temporary.path);
    expect(right.stderr).toContain('5 of 7 days read from');
    expect(contentOf(right)).toBe(report);
    expect((await run(temporary.path)).stderr).toContain('7 of 7 days read from');
  });

  test('a clock that was ahead: days that it took for settled are evaluated again', async () => {
    using temporary = folder();
    const argv = argvFor(temporary.path, '-o', 'json').with(-3, '2026-11-22,2026-11-26');
    const at = (time: string) => ran(argv, testDeps({ clock: new TestClock(time) }));
    await at('2027-11-26T12:00:00Z');
    expect((await at(now)).stderr).toContain('2 of 4 days read from');
    const files = dayPaths(temporary.path).map((path) => readFileSync(path, 'utf8'));
    expect(files.filter((text) => text.includes('"settled": false'))).toHaveLength(2);
    expect((await at('2026-11-28T12:00:00Z')).stderr).toContain('2 of 4 days read from');
    expect((await at('2026-11-28T13:00:00Z')).stderr).toContain('4 of 4 days read from');
  });

  test('two at once into one folder', async () => {
    using temporary = folder();
    const both = await Promise.all([0, 1].map(() => spawned(argvFor(temporary.at('store')))));
    expect(both.map(({ code }) => code)).toEqual([1, 1]);
    expect(dayPaths(temporary.at('store'))).toHaveLength(7);
    expect(filesOf(temporary.at('store')).size).toBe(8);
    const again = await run(temporary.at('store'));
    expect(again.stderr).toContain('7 of 7 days read from');
    expect(contentOf(again)).toBe(report);
  });
});

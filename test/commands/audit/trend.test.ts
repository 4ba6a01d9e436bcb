import { writeFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Audit } from '../../../src/audits/schema.ts';
import { trendSchema } from '../../../src/diagnosis/trend.ts';
import { AuditStore } from '../../../src/store/audit-store.ts';
import { diskFiles, temporaryName } from '../../../src/store/disk.ts';
import { pathOf } from '../../../src/store/layout.ts';
import { storedDay } from '../../store/support/days.ts';
import { type Ran, ran, TestClock, testDeps } from '../../support/deps.ts';
import { folder } from '../../support/folder.ts';
import { spawned } from '../../support/spawn.ts';

/** A day on which ClusterEquality was off by an amount; 0: passed, null: not evaluated. */
function dayOff(index: number, delta: number | null) {
  const day = storedDay(index);
  const [own] = day.audits;
  const differences = delta
    ? [{ key: ['c1'], expected: 10, actual: 10 + delta, delta, relative: delta / 10 }]
    : [];
  const status: Audit['status'] = delta === null ? 'Skipped' : delta === 0 ? 'Passed' : 'Failed';
  const audits = own ? [{ ...own, status, differences, description: '' }] : [];
  return { ...day, audits };
}

/** 2026-11-01 to -20; 5 and 6 November are not stored, 8 was not evaluated. */
const deltas = new Map<number, number | null>(
  Array.from({ length: 20 }, (_, i) => [i, i < 2 ? 0 : i % 5] as const),
);
deltas.delete(4);
deltas.delete(5);
deltas.set(7, null);

let store: ReturnType<typeof folder>;

async function write(dir: string): Promise<void> {
  const files = diskFiles(dir);
  const opened = await AuditStore.open(dir, { files, temporaryName }, true);
  for (const [index, delta] of deltas) await opened.write(dayOff(index, delta));
}

beforeAll(async () => {
  store = folder();
  await write(store.path);
});
afterAll(() => store[Symbol.dispose]());

const trend = (argv: readonly string[], columns?: number): Promise<Ran> =>
  ran(
    ['audit', 'trend', '--audit-store', store.path, ...argv],
    testDeps({ clock: new TestClock('2026-11-26T12:00:00Z'), ...(columns && { columns }) }),
  );

async function json(argv: readonly string[] = []) {
  return trendSchema.parse(JSON.parse((await trend([...argv, '-o', 'json'])).stdout));
}

describe('audit trend', () => {
  test('json: the amount of a finding and the status of an audit on each stored day', async () => {
    const { findings, audits } = await json();
    expect(findings.map(({ id }) => id)).toEqual(['unexplained:c1']);
    const amounts = new Map(findings[0]?.days.map(({ window, amount }) => [window.start, amount]));
    const of = (date: string) => amounts.get(`2026-11-${date}T00:00:00Z`);
    expect([of('01'), of('03'), of('04'), of('05'), of('08')]).toEqual([
      0,
      2,
      3,
      undefined,
      undefined,
    ]);
    const equality = audits.find(({ type }) => type === 'AuditClusterEquality');
    expect(equality?.days).toHaveLength(18);
    expect(equality?.days.find(({ window }) => window.start.startsWith('2026-11-08'))?.status).toBe(
      'Skipped',
    );
  });

  test.each([60, 80, 120])(
    'the table fits into %i columns; what is not stored is marked',
    async (columns) => {
      const { stdout, code } = await trend([], columns);
      expect(code).toBe(0);
      for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(stdout.replaceAll('\n', ' ')).toContain(
        '18 of 20 days stored, 2026-11-01 to 2026-11-20 (UTC)',
      );
      expect(stdout).toContain('2026-11-01  ..▄▆//▂-▆█.▂▄▆█.▂▄▆█');
      expect(stdout).toMatch(/AuditClusterEquality +\.\.!!\/\/!-!!\.!!!!\.!!!!/);
      expect(stdout).toContain('/ not stored');
    },
  );

  test('long trends continue in further lines with their dates', async () => {
    const { stdout } = await trend([], 30);
    expect(stdout).toMatch(/2026-11-01 {2}.{10}\n/);
    expect(stdout).toMatch(/2026-11-11 {2}.{10}\n/);
  });

  test('--window shows a part, and since when a finding is there, also before it', async () => {
    const { findings, audits } = await json(['--window', '2026-11-13,2026-11-16']);
    expect(findings[0]?.days.map(({ amount }) => amount)).toEqual([2, 3, 4]);
    expect(audits[0]?.days).toHaveLength(3);
    const { stdout } = await trend(['--window', '2026-11-13,2026-11-16'], 120);
    expect(stdout).toContain('since 2026-11-03, ongoing');
    const later = await trend(['--window', '2026-11-19,2026-11-23'], 120);
    expect(later.stdout).toContain('2 of 4 days stored');
  });

  test('--finding and --type select; an unknown finding is named', async () => {
    expect((await json(['--finding', 'unexplained'])).audits.map(({ type }) => type)).toEqual([
      'AuditClusterEquality',
    ]);
    expect((await json(['--type', 'CheckMissingWindow'])).audits.map(({ type }) => type)).toEqual([
      'CheckMissingWindow',
    ]);
    const { code, stderr } = await trend(['--finding', 'nope']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining("no finding matches 'nope'; the findings are unexplained"),
    ]);
  });

  test('csv names the days that are not stored; wide, ndjson, yaml, markdown and html print it', async () => {
    const csv = await trend(['-o', 'csv']);
    expect(csv.stdout).toContain('2026-11-05T00:00:00Z,2026-11-06T00:00:00Z,,not stored\n');
    expect(csv.stdout).toContain('2026-11-08T00:00:00Z,2026-11-09T00:00:00Z,,not evaluated\n');
    const lines = (await trend(['-o', 'ndjson'])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line))[0])).toEqual(['id', 'type', 'type']);
    expect((await trend(['-o', 'yaml'])).stdout).toContain('schemaVersion: 1\nfindings:\n');
    expect((await trend(['-o', 'wide'])).stdout).toContain('not stored');
    expect((await trend(['-o', 'markdown'])).stdout).toMatch(
      /\| AuditClusterEquality \| 4 \| 0 \| 13 \| 1 \| 0 \| 2 \|/,
    );
    const page = await trend(['-o', 'html']);
    expect(page.stdout).toContain('2026-11-01 to 2026-11-20, at most 4.00, 2 not stored');
    expect(page.stdout).toMatch(/class="strip".*<circle class="absent"/);
  });

  test('the HTML report of a part of the store shows all that is stored', async () => {
    const argv = [
      'audit',
      'list',
      '--audit-store',
      store.path,
      '--window',
      '2026-11-15,2026-11-17',
      '-o',
      'html',
    ];
    const { stdout } = await ran(argv, testDeps({ clock: new TestClock('2026-11-26T12:00:00Z') }));
    expect(stdout).toContain('2026-11-01 to 2026-11-20, at most 4.00, 2 not stored');
  });

  test('a damaged day is named, and is not a day without findings', async () => {
    using temporary = folder();
    await write(temporary.path);
    writeFileSync(temporary.at(pathOf(storedDay(3))), '{');
    const argv = ['audit', 'trend', '--audit-store', temporary.path];
    const { stdout, stderr } = await ran(argv, testDeps({ columns: 120 }));
    expect(stderr).toContain('2026-11-04.json is not JSON');
    expect(stdout).toContain('2026-11-01  ..▄///▂-');
  });

  test('what is missing is named', async () => {
    using temporary = folder();
    for (const [argv, text] of [
      [['audit', 'trend'], 'no AuditStore was given'],
      [['audit', 'trend', '--audit-store', temporary.at('none')], 'is not an AuditStore'],
      [
        ['audit', 'trend', '--audit-store', store.path, '--demo'],
        '--audit-store and --demo exclude each other',
      ],
      [
        ['audit', 'trend', '--audit-store', store.path, '--window', 'settled'],
        'these days depend on the server',
      ],
    ] as const) {
      const { code, stderr } = await ran(argv);
      expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
    }
  });

  test('audit explain looks up a finding in the store', async () => {
    const argv = ['audit', 'explain', 'unexplained:c1', '--audit-store', store.path];
    const { code, stdout } = await ran([...argv, '-o', 'json']);
    expect([code, JSON.parse(stdout).finding]).toEqual([
      0,
      expect.objectContaining({ id: 'unexplained:c1', first: '2026-11-03T00:00:00Z' }),
    ]);
    const other = await ran(['audit', 'explain', 'unexplained:c9', '--audit-store', store.path]);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('it has unexplained:c1'),
    ]);
    using temporary = folder();
    const both = await ran([...argv, '--from', temporary.write('report.json', '{}')]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('exclude each other')]);
    const withoutStore = await ran(['audit', 'explain', 'unexplained', '--server', 'c1']);
    expect([withoutStore.code, withoutStore.stderr]).toEqual([
      2,
      expect.stringContaining('--server needs'),
    ]);
  });

  test('the built program', async () => {
    const { code, stdout } = await spawned(['audit', 'trend', '--audit-store', store.path]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('unexplained:c1')]);
  });
});

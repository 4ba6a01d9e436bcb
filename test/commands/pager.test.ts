import { describe, expect, test } from 'vitest';
import { pagerOf } from '../../src/commands/pager.ts';
import { MemorySink } from '../../src/io.ts';
import { ran, testDeps } from '../support/deps.ts';
import { hasTerminal, onTerminal, program } from '../support/terminal.ts';

describe('the pager of a user', () => {
  test.each([
    ['less by default', null, {}, 'less'],
    ['PAGER', null, { PAGER: 'more -s' }, 'more -s'],
    ['KC_ETL_PAGER over PAGER', 'moar', { KC_ETL_PAGER: 'moar', PAGER: 'more' }, 'moar'],
    ['switched on', 'true', { PAGER: 'more' }, 'more'],
    ['--no-pager', 'false', { PAGER: 'more' }, null],
    ['an empty PAGER', null, { PAGER: '' }, null],
    ['an empty KC_ETL_PAGER over PAGER', null, { KC_ETL_PAGER: '', PAGER: 'more' }, null],
    ['cat', null, { PAGER: 'cat' }, null],
    ['KC_ETL_PAGER=cat for one command', 'cat', { KC_ETL_PAGER: 'cat', PAGER: 'more' }, null],
  ])('%s', (_, asked, env, expected) => {
    expect(pagerOf(asked, env)).toBe(expected);
  });
});

/** `events kinds`, which is 25 lines long, on a terminal. */
async function onScreen(rows: number | undefined, env = {}, words: readonly string[] = []) {
  const started: string[] = [];
  const deps = testDeps();
  const stdout = new MemorySink({ isTTY: true, columns: 80, ...(rows ? { rows } : {}) });
  const done = await ran(['events', 'kinds', ...words], {
    ...deps,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    io: { ...deps.io, stdout },
    spawn: async (command, args, options) => {
      started.push(args.at(-1) ?? '');
      // the output of the pager stays out of that of the tests
      return deps.spawn(command, args, { ...options, stdio: ['pipe', 'ignore', 'ignore'] });
    },
  });
  return { ...done, started };
}

describe('where it is used', () => {
  test('output longer than the terminal goes to the pager only', async () => {
    const { code, stdout, started } = await onScreen(10, { PAGER: 'cat >/dev/null' });
    expect({ code, stdout, started }).toEqual({ code: 0, stdout: '', started: ['cat >/dev/null'] });
  });

  test('output that fits, and none at all, starts no pager', async () => {
    const { stdout, started } = await onScreen(200);
    expect(stdout).toContain('AssetSetSaved');
    expect(started).toEqual([]);
    expect(await onScreen(10, {}, ['--no-pager'])).toMatchObject({ stdout, started: [] });
  });

  test.each(['json', 'csv', 'ndjson'])('%s is for programs and never paged', async (format) => {
    expect((await onScreen(10, {}, ['-o', format])).started).toEqual([]);
  });

  test('a stdout without a screen is never paged', async () => {
    expect((await onScreen(undefined)).started).toEqual([]);
    const env = { PAGER: 'exit 9' };
    expect((await ran(['events', 'kinds'], testDeps({ env }))).stdout).toContain('KIND');
  });

  test('a line that is wider than the terminal counts as the lines it takes', async () => {
    const narrow = await onScreen(40, { PAGER: 'cat >/dev/null', COLUMNS: '80' });
    const wide = await onScreen(200);
    const taken = wide.stdout
      .split('\n')
      .reduce((sum, line) => sum + Math.ceil(line.length / 80), 0);
    expect(narrow.started).toHaveLength(taken >= 40 ? 1 : 0);
  });
});

describe('a pager that does not work', () => {
  test.each([
    ['is not installed', 'no-such-pager-here'],
    ['fails at once', 'exit 3'],
    ['fails after reading', 'cat >/dev/null; exit 1'],
  ])('%s: the text is printed plainly and in full', async (_, pager) => {
    const plain = await onScreen(10, {}, ['--no-pager']);
    const { code, stdout, stderr } = await onScreen(10, { PAGER: pager });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: plain.stdout, stderr: '' });
  });

  test('one that is left early ends the output, without an error', async () => {
    const { code, stdout, stderr } = await onScreen(10, { PAGER: 'head -n 1 >/dev/null' });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe.runIf(hasTerminal)('on a real terminal', () => {
  const { PATH = '' } = process.env;
  const failing = `${program} audit list --demo --fault lost-disk=all --window 6d --fail-on failed -q`;

  test('the pager gets the text, and the exit code is that of the gate', async () => {
    const script = `stty rows 12; ${failing}; echo code $?`;
    const { stdout } = await onTerminal(script, { env: { PATH, PAGER: 'sed s/^/paged:/' } });
    expect(stdout).toMatch(/paged:.*FAILED/);
    expect(stdout).toMatch(/code 1\b/);
  });

  test('an interrupt is meant for the pager: kc-etl waits for it', async () => {
    const script = `stty rows 12; ${failing}; echo code $?`;
    const env = { PATH, PAGER: 'kill -INT $PPID; sed s/^/paged:/' };
    const { stdout } = await onTerminal(script, { env });
    expect(stdout).toMatch(/paged:.*FAILED/);
    expect(stdout).toMatch(/code 1\b/);
  });
});

import { describe, expect, test } from 'vitest';
import { allCommands } from '../../src/commands/index.ts';
import { variableOf } from '../../src/config/resolve.ts';
import { exitCodes } from '../../src/errors.ts';
import { ran } from '../support/deps.ts';

const commands = await allCommands();

describe('--help', () => {
  test('lists every command', async () => {
    const { code, stdout, stderr } = await ran(['--help']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    for (const name of commands.keys()) expect(stdout).toContain(name.split(' ')[0]);
  });

  test.each([...commands])('%s: every option, its default and its examples', async (name, spec) => {
    const { code, stdout, stderr } = await ran([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const { flags, fallbackText, negation } of Object.values(spec.options)) {
      expect(stdout).toContain(flags);
      if (negation) expect(stdout).toContain(negation.flags);
      if (fallbackText) expect(stdout.replace(/\s+/g, ' ')).toContain(`(default ${fallbackText})`);
    }
    for (const example of spec.examples) expect(stdout).toContain(example);
    expect(stdout).toContain('--url <url>');
  });

  test.each(['events', 'audit'])('%s alone shows what its list takes', async (group) => {
    const { stdout } = await ran([group, '--help']);
    expect(stdout).toContain('--window <window>');
    expect(stdout).toContain('7d offset 1d');
    expect(stdout).toContain(`kc-etl ${group}`);
  });

  test('help <command> is the same', async () => {
    expect(await ran(['help', 'audit', 'run'])).toEqual(await ran(['audit', 'run', '--help']));
  });

  test('asked for with an error beside it, it is still help', async () => {
    const { code } = await ran(['events', '--help', '--kindd']);
    expect([0, 2]).toContain(code);
  });
});

test('--version is the version', async () => {
  for (const flag of ['--version', '-V']) {
    const { code, stdout, stderr } = await ran([flag]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  }
});

test('nothing at all is help', async () => {
  const { code, stdout } = await ran([]);
  expect(stdout).toContain('Usage: kc-etl');
  expect(code).toBe(0);
});

test('help exit-codes has every code', async () => {
  const { stdout } = await ran(['help', 'exit-codes']);
  for (const { code, meaning } of Object.values(exitCodes)) {
    expect(stdout).toContain(`${code}`);
    expect(stdout).toContain(meaning);
  }
});

test('help environment has the variable of every option', async () => {
  const { stdout } = await ran(['help', 'environment']);
  for (const [, spec] of commands) {
    for (const option of Object.values(spec.options)) expect(stdout).toContain(variableOf(option));
  }
  for (const name of ['KC_ETL_TOKEN', 'KUBECOST_URL', 'NO_COLOR', 'FORCE_COLOR']) {
    expect(stdout).toContain(name);
  }
});

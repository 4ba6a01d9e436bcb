import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { globalOptions } from '../../src/commands/globals.ts';
import { allCommands } from '../../src/commands/index.ts';
import { variableOf } from '../../src/config/resolve.ts';
import { exitCodes } from '../../src/errors.ts';
import { ran, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';

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

  test.each([...commands.keys()])('%s: in 60 columns options and windows fit', async (name) => {
    const { stdout } = await ran([...name.split(' '), '--help'], testDeps({ columns: 60 }));
    const blocks = stdout
      .split('\n\n')
      .filter((block) => /^(?!Examples)\S[^\n]*:\n {2}/.test(block));
    const lines = blocks.flatMap((block) => block.split('\n'));
    expect(lines.filter((line) => line.length > 60 && line.trim().includes(' '))).toEqual([]);
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

test('help environment: a variable that two commands explain differently has both meanings', async () => {
  const { stdout } = await ran(['help', 'environment']);
  expect(stdout).toMatch(
    /^KC_ETL_WAIT_TIMEOUT +audit run: how long to wait for the audits; repair run: how long .*set$/m,
  );
  const names = stdout.match(/^[A-Z_]+(?= {2})/gm) ?? [];
  expect(new Set(names).size).toBe(names.length);
});

test('the commands stand under headings, each in one place', async () => {
  const { stdout } = await ran(['--help']);
  const groups = stdout.split(/\n\n/).map((block) => block.split('\n'));
  const under = (heading: string) =>
    (groups.find(([first]) => first === heading) ?? []).map((line) => line.trim().split(/\s/)[0]);
  const check = ['events', 'audit', 'reconciliation', 'repair', 'fleet', 'report'];
  expect(under('Check cost data:')).toEqual(expect.arrayContaining(check));
  expect(under('Connect and try:')).toEqual(expect.arrayContaining(['doctor', 'demo', 'api']));
  expect(under('Set up:')).toEqual(
    expect.arrayContaining(['config', 'schema', 'completion', 'version', 'help']),
  );
  expect(stdout).not.toContain('Commands:');
  expect(stdout).not.toContain('--url <url>  ');
});

test('help options has every global option once, under headings', async () => {
  const { code, stdout, stderr } = await ran(['help', 'options']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const { flags } of Object.values(globalOptions)) {
    expect(stdout.split('\n').filter((line) => line.startsWith(`  ${flags} `))).toHaveLength(1);
  }
  const headings = stdout.split('\n').filter((line) => /^\S.*:$/.test(line));
  expect(headings).toEqual(expect.arrayContaining(['Output:', 'Tables:', 'Connection:']));
  expect(new Set(headings).size).toBe(headings.length);
});

test('version is that of the package, of Node and of the platform', async () => {
  const { stdout } = await ran(['--version']);
  const version = stdout.trim();
  const platform = `${process.platform}-${process.arch}`;
  expect(await ran(['version'])).toEqual({
    code: 0,
    stdout: `kc-etl ${version}, Node ${process.version}, ${platform}\n`,
    stderr: '',
  });
  const json = await ran(['version', '-o', 'json']);
  expect(JSON.parse(json.stdout)).toEqual({
    schemaVersion: 1,
    version,
    node: process.version,
    platform,
  });
});

describe('config init', () => {
  test('writes a file for its user only, which changes nothing until it is edited', async () => {
    using home = folder();
    const deps = () => testDeps({ env: { XDG_CONFIG_HOME: home.path } });
    const path = home.at('kc-etl/config.yaml');
    expect(await ran(['config', 'init'], deps())).toEqual({
      code: 0,
      stdout: `${path}\n`,
      stderr: '',
    });
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(await ran(['config', 'show'], deps())).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('what it shows is right once it is uncommented', async () => {
    using home = folder();
    const deps = () => testDeps({ env: { XDG_CONFIG_HOME: home.path } });
    await ran(['config', 'init'], deps());
    const text = home.read('kc-etl/config.yaml');
    const [, settings = ''] = /(# profile: .*)/s.exec(text) ?? [];
    home.write('kc-etl/config.yaml', settings.replaceAll(/^# /gm, ''));
    const { code, stdout, stderr } = await ran(['config', 'list', '-o', 'json'], deps());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.stringify(JSON.parse(stdout))).toContain('production');
  });

  test('never overwrites a file', async () => {
    using home = folder();
    const deps = () => testDeps({ env: { XDG_CONFIG_HOME: home.path } });
    await ran(['config', 'init'], deps());
    home.write('kc-etl/config.yaml', 'profiles: {}\n');
    const { code, stdout, stderr } = await ran(['config', 'init'], deps());
    expect(stderr).toMatch(/^error: config init: .* exists\nhint: /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(home.read('kc-etl/config.yaml')).toBe('profiles: {}\n');
  });

  test('without a home directory it says which variable to set', async () => {
    const { code, stderr } = await ran(['config', 'init'], testDeps({ env: {} }));
    expect(stderr).toMatch(/^error: .*XDG_CONFIG_HOME.*\nhint: set XDG_CONFIG_HOME/);
    expect(code).toBe(2);
  });
});

import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { globalOptions } from '../../src/commands/globals.ts';
import { allCommands } from '../../src/commands/index.ts';
import type { Option } from '../../src/config/option.ts';
import { keyOf, variableOf } from '../../src/config/resolve.ts';
import { ran, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { replyData, serve } from '../support/server.ts';

/** What a variable or a key may hold: options that share it must agree, but one may take several values. */
function contract({ flags, values, negation, settable }: Option<unknown>) {
  const takes = /[<[](.*)[\]>]/.exec(flags)?.[1] ?? 'true or false';
  return JSON.stringify({ takes, values, negation: negation !== undefined, settable });
}

test('a variable or a key that two commands share means the same to both', async () => {
  const commands = [...(await allCommands())].map(([name, { options }]) => ({ name, options }));
  const uses = new Map<string, Map<string, string[]>>();
  for (const { name, options } of [
    { name: 'every command', options: globalOptions },
    ...commands,
  ]) {
    for (const option of Object.values<Option<unknown>>(options)) {
      for (const shared of [variableOf(option), keyOf(option)]) {
        const byContract = uses.get(shared) ?? new Map<string, string[]>();
        uses.set(shared, byContract);
        byContract.set(contract(option), [...(byContract.get(contract(option)) ?? []), name]);
      }
    }
  }
  const collisions = [...uses]
    .filter(([, byContract]) => byContract.size > 1)
    .map(
      ([shared, byContract]) =>
        `${shared}: ${[...byContract].map(([c, names]) => `${c} (${names.join(', ')})`).join(' / ')}`,
    );
  expect(collisions).toEqual([]);
});

describe('options of one name with other values in each command', () => {
  const profile = (lines: string) => `profile: a\nprofiles:\n  a:\n${lines}`;
  const run = async (argv: readonly string[], config: string, env: Record<string, string> = {}) => {
    using home = folder();
    mkdirSync(home.at('kc-etl'));
    home.write('kc-etl/config.yaml', config);
    return await ran(argv, testDeps({ env: { XDG_CONFIG_HOME: home.path, ...env } }));
  };

  test('a profile names the command: the others do not see it', async () => {
    const text = profile(
      '    auditFailOn: warning\n    coverageFailOn: missing\n    fleetFailOn: silent\n' +
        '    compareFailOn: new\n    reconciliationFailOn: late\n    eventsStore: asset\n',
    );
    const shown = await run(['config', 'show', '-o', 'json'], text);
    expect(shown.stderr).toBe('');
    const settings = JSON.parse(shown.stdout).settings.map(
      ({ setting, value }: { setting: string; value: string }) => `${setting} ${value}`,
    );
    expect(settings.sort()).toEqual([
      'auditFailOn warning',
      'compareFailOn new',
      'coverageFailOn missing',
      'eventsStore asset',
      'fleetFailOn silent',
      'output json',
      'reconciliationFailOn late',
    ]);
    for (const words of [['audit', 'types'], ['events', 'kinds'], ['version']]) {
      expect(await run(words, text)).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test('without the command, the error lists the names', async () => {
    const { code, stderr } = await run(['events', 'kinds'], profile('    failOn: warning\n'));
    expect(stderr).toMatch(
      /config\.yaml:4: 'failOn' has other values in each command\nhint: name the command: .*auditFailOn/,
    );
    expect(code).toBe(2);
  });

  test('the gate of audits takes its value from the profile and from the variable', async () => {
    await using server = await serve({ '/model/etl/audit': replyData([]) });
    const argv = ['audit', 'list', '--url', server.url, '--json'];
    const gateOf = async (config: string, env = {}) =>
      JSON.parse((await run(argv, config, env)).stdout).gate?.failOn ?? null;
    expect(await gateOf(profile('    coverageFailOn: missing\n'))).toBeNull();
    expect(await gateOf(profile('    auditFailOn: warning\n'))).toBe('warning');
    const env = { KC_ETL_AUDIT_FAIL_ON: 'failed', KC_ETL_COVERAGE_FAIL_ON: 'missing' };
    expect(await gateOf(profile('    auditFailOn: warning\n'), env)).toBe('failed');
  });
});

test('KC_ETL_DEMO gives way to an address on the command line', async () => {
  await using server = await serve({ '/model/etl/audit': replyData([]) });
  const argv = ['audit', 'list', '--url', server.url, '--json'];
  const { stdout } = await ran(argv, testDeps({ env: { KC_ETL_DEMO: 'true' } }));
  expect(JSON.parse(stdout).server).toBe(`${server.url}/model`);
});

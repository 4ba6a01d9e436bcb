import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pastedCommand } from '../../src/commands/pasted-command.ts';
import { startDemo } from '../../src/demo/server.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { typedOptions } from '../support/typed.ts';

const clock = () => new TestClock('2026-11-26T12:00:00Z');

/** The words of the command that a hint ends with. */
function commandIn(stderr: string): string[] {
  const [, command = ''] = /\nhint: .*: kc-etl (.*)/.exec(stderr) ?? [];
  return command.split(' ');
}

describe.each(['kubecost-2', 'kubecost-3', 'opencost', 'opencost-1.102'] as const)('%s', (as) => {
  const small = { clusters: 1, nodes: 1, pods: 1, days: 3 };
  let server: Awaited<ReturnType<typeof startDemo>>;
  beforeAll(async () => {
    server = await startDemo({ as, ...small }, { clock: clock() });
  });
  afterAll(() => server.close());

  test.each(['list', 'diff'])('audit %s: no audits there, and a hint that works', async (name) => {
    const refused = await ran(['audit', name, '--url', server.url], testDeps({ clock: clock() }));
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 3, stdout: '' });
    expect(refused.stderr).toMatch(
      /^error: .* has no Audit API.*\nhint: .*kc-etl audit run --window 7d/,
    );
    const pasted = commandIn(refused.stderr);
    const { code, stdout } = await ran([...pasted, '--json'], testDeps({ clock: clock() }));
    expect(JSON.parse(stdout)).toMatchObject({ engine: 'local' });
    expect([0, 3]).toContain(code);
    expect(JSON.parse(stdout).gate.decision).toBe(code === 0 ? 'passed' : 'undecided');
  });
});

test('an embedded server is started again with the same options', async () => {
  const given = await typedOptions([
    'audit',
    'list',
    '--demo',
    '--as',
    'opencost',
    '--fault',
    'nan',
  ]);
  expect(await pastedCommand('audit run --window 7d', given)).toBe(
    'kc-etl audit run --window 7d --demo --as opencost --fault nan',
  );
});

test('every connection option is repeated, quoted, and no credential', async () => {
  const words = ['--kube', '-N', "it's", '--insecure-skip-tls-verify', '--token', 'hunter2'];
  const command = await pastedCommand('doctor', await typedOptions(['audit', 'list', ...words]));
  expect(command).toBe(
    "kc-etl doctor --insecure-skip-tls-verify --kube --kubecost-namespace 'it'\\''s'",
  );
  const inUrl = await typedOptions(['audit', 'list', '--url', 'http://me:hunter2@kubecost']);
  expect(await pastedCommand('doctor', inUrl)).toBe('kc-etl doctor');
});

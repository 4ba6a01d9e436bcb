import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ran, testDeps } from '../../support/deps.ts';
import { folder } from '../../support/folder.ts';
import { reply, serve } from '../../support/server.ts';
import { spawned } from '../../support/spawn.ts';

const answer = readFileSync('test/fixtures/etl-audit.json', 'utf8');

async function kubecost() {
  return serve({ '/model/etl/audit': reply(answer) });
}

/** The last line on stderr. */
function lastLine(stderr: string): string {
  return stderr.trimEnd().split('\n').at(-1) ?? '';
}

test('the last line says what was decided and why', async () => {
  await using server = await kubecost();
  const list = (...more: string[]) => ran(['audit', 'list', '--url', server.url, ...more]);
  const failed = await list('--fail-on', 'failed');
  expect(failed.code).toBe(1);
  expect(lastLine(failed.stderr)).toBe('gate failed: 1 of 12 audits failed');
  const passed = await list('--fail-on', 'failed', '--type', 'asset-total-store');
  expect(passed.code).toBe(0);
  expect(lastLine(passed.stderr)).toBe('gate passed: 1 of 2 audits passed, 1 not run');
  const strict = await list('--fail-on', 'failed', '--type', 'asset-total-store', '--strict');
  expect(strict.code).toBe(1);
  expect((await list()).stderr).toBe('');
});

test('quiet says why a gate failed, and nothing where it passed', async () => {
  await using server = await kubecost();
  const quiet = ['audit', '--url', server.url, '-q', '--fail-on', 'failed'];
  expect((await ran(quiet)).stderr).toBe('gate failed: 1 of 12 audits failed\n');
  expect((await ran([...quiet, '--type', 'asset-total-store'])).stderr).toBe('');
});

test('with the differences of the baseline the gate passes, and shows them as accepted', async () => {
  await using server = await kubecost();
  using place = folder();
  const saved = await ran(['audit', '--url', server.url, '-o', 'json']);
  const baseline = place.write('baseline.json', saved.stdout);
  const gated = [
    'audit',
    'diff',
    '--url',
    server.url,
    '--fail-on',
    'failed',
    '--baseline',
    baseline,
  ];
  const { code, stdout, stderr } = await ran(gated);
  expect(code).toBe(0);
  expect(lastLine(stderr)).toBe(
    'gate passed: 5 of 12 audits passed, 1 with accepted differences, 6 not run',
  );
  expect(stdout).toMatch(/ACCEPTED\n.*in the baseline\n/);
  const json = JSON.parse((await ran([...gated, '-o', 'json'])).stdout);
  expect(json.summary.failed).toBe(1);
  expect(json.gate).toEqual({ failOn: 'failed', strict: false, passed: true, decision: 'passed' });
});

test('a difference that grew fails in spite of the baseline', async () => {
  await using server = await kubecost();
  using place = folder();
  const saved = JSON.parse((await ran(['audit', '--url', server.url, '-o', 'json'])).stdout);
  for (const { differences } of saved.audits) for (const one of differences) one.delta /= 2;
  const baseline = place.write('baseline.json', JSON.stringify(saved));
  const gated = ['audit', '--url', server.url, '--fail-on', 'failed', '--baseline', baseline];
  expect((await ran(gated)).code).toBe(1);
});

test.each([
  ['no file', null, 'cannot be read: no such file or directory'],
  ['no JSON', '{"schemaVersion": 1,', 'is not JSON'],
  ['an empty file', '', 'is empty'],
  ['another JSON', '{"audits": 1}', 'is not an audit report of kc-etl: schemaVersion'],
  ['a newer report', '{"schemaVersion": 2}', 'has schemaVersion 2'],
])('a baseline that is %s is a usage error, before any request', async (_, text, said) => {
  await using server = await kubecost();
  using place = folder();
  const path = text === null ? place.at('none.json') : place.write('some.json', text);
  const result = await ran(['audit', '--url', server.url, '--baseline', path]);
  expect(result.code).toBe(2);
  expect(result.stdout).toBe('');
  expect(result.stderr).toContain('--baseline');
  expect(result.stderr).toContain(said);
  expect(result.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  expect(server.requests).toEqual([]);
});

const entry = `accepted:
  - type: cluster-equality
    key: cluster-one
    amount: 0.25
    reason: the old disk
`;

test('the accepted section of a project counts, and says when it no longer does', async () => {
  await using server = await kubecost();
  using place = folder();
  const argv = ['audit', '--url', server.url, '--fail-on', 'failed'];
  place.write('.kc-etl.yaml', `${entry}    expires: 2999-12-31\n`);
  const accepted = await spawned(argv, {}, place.path);
  expect(accepted.code).toBe(0);
  expect(accepted.stdout).toContain('the old disk (until 2999-12-31)');
  place.write('.kc-etl.yaml', `${entry}    expires: 2020-01-01\n`);
  const expired = await spawned(argv, {}, place.path);
  expect(expired.code).toBe(1);
  expect(expired.stderr).toContain(
    'warning: accepted AuditClusterEquality cluster-one ("the old disk") expired on 2020-01-01',
  );
});

test('a wrong accepted section names its file and line', async () => {
  await using server = await kubecost();
  using place = folder();
  place.write('.kc-etl.yaml', `${entry}    expires: soon\n`);
  const { code, stderr } = await spawned(['audit', '--url', server.url], {}, place.path);
  expect(code).toBe(2);
  expect(stderr).toContain('.kc-etl.yaml:6: accepted[0].expires: ');
  expect(server.requests).toEqual([]);
});

test('every exit code of a gate', async () => {
  await using server = await serve({
    '/model/etl/audit': reply(answer),
    '/empty/model/etl/audit': reply('{"code":200,"data":[]}'),
    '/broken/model/etl/audit': reply('{"code":200,"data":['),
    '/login/model/etl/audit': reply('no', 'text/plain', 401),
  });
  const code = async (path: string, ...argv: string[]) =>
    (await ran(['audit', ...argv, '--url', `${server.url}${path}`], testDeps())).code;
  const gate = ['--fail-on', 'failed'];
  expect(await code('', ...gate, '--type', 'asset-total-store')).toBe(0);
  expect(await code('', ...gate)).toBe(1);
  expect(await code('', '--fail-on', 'sometimes')).toBe(2);
  expect(await code('/empty', ...gate)).toBe(3);
  expect(await code('/broken', ...gate)).toBe(3);
  expect(await code('/login', ...gate)).toBe(4);
});

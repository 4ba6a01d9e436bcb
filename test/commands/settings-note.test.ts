import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ran, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { reply, serve } from '../support/server.ts';

const answer = readFileSync('test/fixtures/etl-audit.json', 'utf8');

/** What stderr says of the settings when these files are there. */
async function noteOf(projectText: string, argv: string[] = [], userText = '') {
  using place = folder();
  if (projectText !== '') place.write('.kc-etl.yaml', projectText);
  mkdirSync(place.at('kc-etl'));
  if (userText !== '') writeFileSync(place.at('kc-etl/config.yaml'), userText);
  await using server = await serve({ '/model/etl/audit': reply(answer) });
  const deps = testDeps({ env: { XDG_CONFIG_HOME: place.path }, cwd: () => place.path });
  const command = argv[0] === 'audit' ? argv : ['audit', 'list', ...argv];
  const { stderr } = await ran([...command, '--url', server.url], deps);
  const lines = stderr.split('\n').filter((line) => line.includes('can change the result'));
  return lines.map((line) => line.replaceAll(place.path, '')).join('\n');
}

test.each([
  ['auditFailOn: failed\nstrict: true\n', 'auditFailOn, strict'],
  ['type: cluster-equality\n', 'type'],
  ['accepted: []\n', 'accepted'],
  ['type: cluster-equality\naccepted: []\ncolor: never\ntop: 3\n', 'type, accepted'],
])('settings of a project that decide are named: %j', async (text, keys) => {
  expect(await noteOf(text)).toBe(`note: /.kc-etl.yaml sets ${keys}, which can change the result`);
});

test('both files in one line', async () => {
  const user = 'profile: a\nprofiles:\n  a:\n    strict: true\n';
  expect(await noteOf('type: cluster-equality\n', [], user)).toBe(
    'note: /.kc-etl.yaml sets type; /kc-etl/config.yaml sets strict, which can change the result',
  );
});

test.each([
  ['settings that only display', 'color: never\ntop: 3\ntimeout: 9s\n', []],
  ['keys of other commands', 'coverageFailOn: stale\n', []],
  ['what the command line overrides', 'type: cluster-equality\n', ['--type', 'total-store']],
  ['quiet', 'strict: true\n', ['-q']],
  ['a command without a gate', 'type: cluster-equality\n', ['audit', 'types']],
  ['no file', '', []],
])('no note: %s', async (_, text, argv) => {
  expect(await noteOf(text, argv)).toBe('');
});

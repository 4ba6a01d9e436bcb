import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { demoAddress } from '../../src/commands/demo-options.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';

test('an embedded server is named by the options that differ from their defaults', () => {
  const given = new Map([
    ['--fault <fault>', ['lost-disk=all', 'gap']],
    ['--nodes <n>', ['3']],
    ['--seed <n>', ['1']],
  ]);
  expect(demoAddress(({ flags }) => given.get(flags) ?? [])).toBe(
    'demo --nodes 3 --fault gap --fault lost-disk=all',
  );
  expect(demoAddress(() => [])).toBe('demo');
});

test('an AuditStore names it like that', async () => {
  using temporary = folder();
  const world = ['--demo', '--clusters', '1', '--nodes', '2', '--pods', '6', '--days', '4'];
  const argv = [
    'audit',
    'run',
    ...world,
    '--window',
    '1d settled',
    '--audit-store',
    temporary.path,
  ];
  const deps = () => testDeps({ clock: new TestClock('2026-11-26T12:00:00Z') });
  await ran(argv, deps());
  expect(readdirSync(temporary.at('servers'))).toHaveLength(1);
  const trend = ['audit', 'trend', '--audit-store', temporary.path];
  const { stdout } = await ran(trend, deps());
  expect(stdout).toMatch(/^demo --clusters 1 --nodes 2 --pods 6 --days 4: 1 day stored/);
});

test('schema stored-day describes a stored file', async () => {
  const { code, stdout } = await ran(['schema', 'stored-day']);
  const { properties } = JSON.parse(stdout);
  expect([code, Object.keys(properties)]).toEqual([
    0,
    expect.arrayContaining(['audits', 'evidence']),
  ]);
});

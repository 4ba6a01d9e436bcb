import { afterAll, expect, test } from 'vitest';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { recording } from '../../support/recordings.ts';

/** Recorded with `--engine local --type AuditClusterEquality`. */
const directory = recording('audits/fargate-node-is-an-asset');
afterAll(() => directory[Symbol.dispose]());

const run = ['audit', 'run', '--from', directory.path, '--window', '2024-05-06,2024-05-07'];
const deps = () => testDeps({ clock: new TestClock('2026-12-24T00:00:00Z') });

test('a recording of a local run needs no --engine', async () => {
  const { code, stderr } = await ran([...run, '--type', 'AuditClusterEquality'], deps());
  expect(stderr).toContain('computing the audits locally: the recording');
  expect(code).toBe(0);
});

test('what was not recorded is never Passed, and what the recording is enough for is named', async () => {
  const { code, stdout, stderr } = await ran([...run, '-o', 'json'], deps());
  const { audits, findings }: AuditReport = JSON.parse(stdout);
  expect(code).toBe(3);
  const passed = audits.filter(({ status }) => status === 'Passed').map(({ type }) => type);
  expect(audits.every(({ status }) => status === 'Passed' || status === 'Skipped')).toBe(true);
  expect(passed).toContain('AuditClusterEquality');
  expect(findings.map(({ code, variant }) => [code, variant])).toEqual([
    ['answer-failed', 'not-recorded'],
  ]);
  expect(findings[0]?.actions[0]?.text).toContain('--type');
  const types = passed.map((type) => `--type ${type}`).join(' ');
  expect(stderr).toContain(`the recording is enough for ${types}`);
});

test('another command says which requests the recording answers', async () => {
  const { code, stdout, stderr } = await ran(['events', '--from', directory.path], deps());
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toContain(`the recording ${directory.path} has no response to GET /etl/log`);
  expect(stderr).toMatch(
    /it has responses to \/productConfigs, .*\/allocation by cluster.* of 2024-05-06T00:00:00Z,2024-05-07T00:00:00Z/,
  );
});

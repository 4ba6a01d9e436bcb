import { describe, expect, test } from 'vitest';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';

const now = '2026-03-14T12:20:00Z';
const settled = '2026-03-10,2026-03-11';
/** A day of the hourly retention, whose bill has not arrived. */
const recent = '2026-03-13,2026-03-14';

async function audit(window: string, ...argv: string[]) {
  const deps = testDeps({ clock: new TestClock(now) });
  const fixed = [
    'audit',
    'run',
    '--demo',
    '--engine',
    'local',
    '-o',
    'json',
    '--fail-on',
    'failed',
  ];
  const size = ['--clusters', '2', '--nodes', '6', '--pods', '40', '--days', '8'];
  const { stdout, code } = await ran([...fixed, ...size, '--window', window, ...argv], deps);
  const report = JSON.parse(stdout) as AuditReport; // the contract of -o json
  return { code, report };
}

describe('audits of a healthy server in another setup find nothing', () => {
  test.each([
    ['hourly-sets', 'Passed'],
    ['no-hourly-store', 'Passed'],
    ['federated', 'Passed'],
    ['clock-off', 'Passed'],
    ['clock-off=-3h', 'Passed'],
    ['metrics-lost', 'Passed'],
    ['utc-offset=+01:00', 'Skipped'],
    ['utc-offset=-05:30', 'Skipped'],
    ['row-limit=10', 'Skipped'],
  ])('%s: %s', { timeout: 120_000 }, async (fault, expected) => {
    for (const as of ['kubecost-1.100', 'kubecost-2']) {
      for (const [seed, window] of [settled, recent].entries()) {
        const argv = ['--as', as, '--seed', String(seed), '--fault', fault];
        const { code, report } = await audit(window, ...argv);
        if (expected === 'Passed') expect(report.findings).toEqual([]);
        expect(report.audits.flatMap(({ differences }) => differences)).toEqual([]);
        const statuses = new Set(report.audits.map(({ status }) => status));
        expect(statuses).not.toContain('Failed');
        expect(statuses).not.toContain('Warning');
        if (window === recent) continue;
        expect(statuses).toContain(expected);
        expect(code).toBe(expected === 'Passed' ? 0 : 3);
      }
    }
  });

  test('utc-offset-changed: days before the change are Skipped, those after it pass', async () => {
    const fault = ['--fault', 'utc-offset-changed=2026-03-09'];
    const before = await audit('2026-03-07,2026-03-08', ...fault);
    for (const { description } of before.report.audits) expect(description).toContain('UTC+01:00');
    const after = await audit('2026-03-10,2026-03-12', ...fault);
    expect(after.report.findings).toEqual([]);
    expect(after.report.summary).toMatchObject({ failed: 0, warning: 0 });
    expect(after.report.summary.passed).toBeGreaterThan(20);
  });

  test('utc-offset: the server audits each of its days that the window touches, under the date that most of it has', async () => {
    const deps = testDeps({ clock: new TestClock(now) });
    const { code, stdout, stderr } = await ran(
      [
        ...['audit', 'run', '--demo', '--engine', 'server', '--window', '2026-03-10,2026-03-12'],
        ...['--fault', 'utc-offset=+01:00', '--fault', 'lost-disk=2026-03-11'],
      ],
      deps,
    );
    expect(code).toBe(1);
    expect(stderr).toContain(
      "the server's days begin at midnight of UTC+01:00: 3 of them overlap --window and are audited whole",
    );
    expect(stdout).toMatch(/Mar 10 11 12\nAuditClusterEquality +\. {2}1 {2}\.\n/);
  });

  test('utc-offset: the reason names the time zone', async () => {
    const { report } = await audit(settled, '--fault', 'utc-offset=-05:30');
    for (const { description } of report.audits) expect(description).toContain('UTC-05:30');
  });
});

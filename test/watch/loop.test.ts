import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { hour, minute } from '../../src/time.ts';
import { notReadyReason, stuckReason } from '../../src/watch/health.ts';
import { watch } from '../../src/watch/loop.ts';
import { type RunOutcome, WatchStatus } from '../../src/watch/status.ts';
import { audit } from '../support/audits.ts';
import { TestClock } from '../support/deps.ts';

const start = Date.parse('2026-11-26T10:00:00Z');
const report = {
  ...{ schemaVersion: 1 as const, server: null, engine: 'local' as const, findings: [] },
  audits: [audit({ status: 'Passed' })],
  ...{ summary: { passed: 1, warning: 0, failed: 0, skipped: 0, notRun: 0 }, gate: null },
};
const shown = { report, trend: null };
const complete: RunOutcome = { shown, coverage: null, failures: [], evaluated: 1 };

/** Runs a watch whose nth run does what `runs[n]` does, and ends it when there is none left. */
async function watched(runs: readonly (() => RunOutcome)[]) {
  const clock = new TestClock(start);
  const ending = new AbortController();
  const status = new WatchStatus(start, hour);
  const times: number[] = [];
  let next = 0;
  const loop = watch(status, {
    clock,
    signal: ending.signal,
    async run() {
      times.push(clock.now() - start);
      const run = runs[next++];
      if (run) return run();
      ending.abort(new Interrupted('SIGTERM'));
      throw new Error('ended');
    },
    reasonOf: (error) => (error instanceof Error ? error.message : ''),
    onRun() {},
  });
  await expect(loop).rejects.toBeInstanceOf(Interrupted);
  return { status, times };
}

const failing = () => {
  throw new Error('no route to host');
};

describe('a watch', () => {
  test('runs at once and then every interval', async () => {
    const { times, status } = await watched([() => complete, () => complete]);
    expect(times).toEqual([0, hour, 2 * hour]);
    expect(status.runs).toEqual({ complete: 2, incomplete: 0, failed: 0 });
    expect(status.evaluated).toBe(2);
  });

  test('goes on whatever a run throws, keeps the last report, and is back at its pace afterwards', async () => {
    const { times, status } = await watched([
      () => complete,
      failing,
      failing,
      () => complete,
      failing,
    ]);
    expect(times.map((ms) => ms / minute)).toEqual([0, 60, 61, 63, 123, 124]);
    expect(status.runs).toEqual({ complete: 3 - 1, incomplete: 0, failed: 3 });
    expect(status.shown).toBe(shown);
    expect(status.lastRun).toMatchObject({ result: 'failed', failures: ['no route to host'] });
    expect(status.lastComplete).toBe(start + 63 * minute);
  });

  test('a run that lost some requests is incomplete, and its report is shown', async () => {
    const { status } = await watched([() => ({ ...complete, failures: ['503'] })]);
    expect(status.runs.incomplete).toBe(1);
    expect(status.lastComplete).toBeNull();
    expect(status.shown).toBe(shown);
  });
});

describe('health', () => {
  test('ready once there is a report', async () => {
    expect(notReadyReason(new WatchStatus(start, hour))).toBe('the first run has not ended');
    const { status: failed } = await watched([failing]);
    expect(notReadyReason(failed)).toBe('no run could be completed: no route to host');
    const { status } = await watched([() => complete]);
    expect(notReadyReason(status)).toBeNull();
  });

  test('a run without activity, and one that does not start, are noticed', () => {
    const status = new WatchStatus(start, hour);
    expect(stuckReason(status, start + 9 * minute)).toBeNull();
    expect(stuckReason(status, start + 11 * minute)).toMatch(/due for 11 minutes/);
    status.nextRun = null;
    expect(stuckReason(status, start + 59 * minute)).toBeNull();
    expect(stuckReason(status, start + 61 * minute)).toMatch(/no activity for 61 minutes/);
    status.lastActivity = start + 30 * minute;
    expect(stuckReason(status, start + 61 * minute)).toBeNull();
  });
});

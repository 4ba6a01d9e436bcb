import { describe, expect, test } from 'vitest';
import { coverageSchema } from '../../src/events/coverage/schema.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';

const world = ['--clusters', '2', '--nodes', '4', '--pods', '12'];

/** Coverage of an embedded Kubecost at a given time: findings and notes in one line each. */
async function coverage(now: string, ...argv: string[]) {
  const deps = testDeps({ clock: new TestClock(now) });
  const { code, stdout, stderr } = await ran(
    ['events', 'coverage', '--demo', '-o', 'json', ...world, ...argv],
    deps,
  );
  const report = coverageSchema.parse(JSON.parse(stdout));
  const found = report.findings.map(
    ({ kind, store, resolution, window, detail }) =>
      `${kind} ${store} ${resolution} ${window?.start ?? 'without a window'}: ${detail}`,
  );
  return { code, report, found, stderr };
}

const noon = '2026-03-14T12:20:00Z';
/** Around midnight in UTC and in the time zones below, and at a run of the pipeline. */
const times = [
  noon,
  '2026-03-14T23:01:00Z',
  '2026-03-15T00:00:00Z',
  '2026-03-15T00:04:00Z',
  '2026-03-15T05:03:00Z',
  '2024-02-29T22:59:59Z',
];

describe('a healthy server in another setup has no finding at any time', () => {
  test.each([
    'no-hourly-store',
    'utc-offset',
    'utc-offset=-05:30',
    'utc-offset=+13:00',
    'utc-offset-changed',
    'utc-offset-changed=-05:30',
    'utc-offset-changed=+13:00',
    'federated',
    'clock-off',
    'clock-off=-3h',
  ])('%s', { timeout: 120_000 }, async (fault) => {
    for (const [index, now] of times.entries()) {
      const { code, found, report } = await coverage(
        now,
        ...['--fault', fault, '--seed', String(index)],
      );
      expect({ now, found }).toEqual({ now, found: [] });
      expect(code).toBe(0);
      expect(report.summary.complete).toBeGreaterThan(20);
      expect(report.summary.unknown).toBe(0);
    }
  });

  test.each(['kubecost-1.79', 'kubecost-1.93'])(
    '%s has /etl/status alone',
    { timeout: 120_000 },
    async (as) => {
      for (const now of times) {
        const { code, found, report } = await coverage(now, '--as', as);
        expect({ now, found }).toEqual({ now, found: [] });
        expect(code).toBe(0);
        expect(report.summary.complete).toBeGreaterThan(20);
      }
      const gap = await coverage(noon, '--as', as, '--fault', 'gap');
      expect(gap.found).toEqual([
        'missing allocation day 2026-03-11T00:00:00Z: no file of it is listed',
        'missing asset day 2026-03-11T00:00:00Z: no file of it is listed',
      ]);
    },
  );
});

test('no-hourly-store: there are only days, in every source', async () => {
  const { report } = await coverage(noon, '--fault', 'no-hourly-store');
  expect(new Set(report.sets.map(({ resolution }) => resolution))).toEqual(new Set(['day']));
});

test('utc-offset: days start at midnight of the time zone', async () => {
  const { report } = await coverage(noon, '--fault', 'utc-offset=-05:30');
  const starts = report.sets
    .filter(({ resolution }) => resolution === 'day')
    .map(({ window }) => window.start.slice(11));
  expect(new Set(starts)).toEqual(new Set(['05:30:00Z']));
});

describe('utc-offset-changed', () => {
  test.each([
    ['removed', [], '+01:00 to 00:00', '2026-03-09 23:00 to 2026-03-11 00:00'],
    ['set', ['=+00:00', '+02:00'], '00:00 to +02:00', '2026-03-10 00:00 to 2026-03-10 22:00'],
    ['changed', ['=+01:00', '-05:00'], '+01:00 to -05:00', '2026-03-09 23:00 to 2026-03-11 05:00'],
  ])(
    '%s: the change is a note with its day, and no day is missing',
    async (_, of, change, hole) => {
      const [before = '', after = '+00:00'] = of;
      const faults = ['--fault', `utc-offset-changed${before}`, '--fault', `utc-offset=${after}`];
      for (const as of ['kubecost-1.105', 'kubecost-2', 'kubecost-1.79']) {
        const { code, found, report } = await coverage(noon, ...faults, '--as', as);
        expect(found).toEqual([]);
        expect(code).toBe(0);
        expect(report.notes).toContain(
          `utcOffset changed from ${change} on 2026-03-10; no set covers ${hole}`,
        );
      }
    },
  );

  test('a day can be named, and other faults are still found on both sides of it', async () => {
    const faults = ['utc-offset-changed=2026-03-07', 'gap=2026-03-05', 'empty=2026-03-11'];
    const { code, found, report } = await coverage(
      noon,
      ...faults.flatMap((fault) => ['--fault', fault]),
    );
    expect(code).toBe(1);
    expect(found.map((text) => text.split(':00Z')[0]).sort()).toEqual([
      'empty allocation day 2026-03-11T00:00',
      'empty asset day 2026-03-11T00:00',
      'missing allocation day 2026-03-04T23:00',
      'missing asset day 2026-03-04T23:00',
    ]);
    expect(report.notes.join()).toContain('from +01:00 to 00:00 on 2026-03-07;');
  });

  test.each([
    ['=all', [], 'does not accept "all"'],
    ['=2026-03-12', [], 'within the hourly sets'],
    ['', ['--days', '4'], 'before the second day'],
    ['=+00:00', [], 'before and after'],
  ])('%s %s is refused: no server shows such a change', async (detail, more, reason) => {
    const deps = testDeps({ clock: new TestClock(noon) });
    const fault = `utc-offset-changed${detail}`;
    const argv = ['events', 'coverage', '--demo', ...world, '--fault', fault, ...more];
    const { code, stderr } = await ran(argv, deps);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});

test('clock-off: the difference is noted', async () => {
  const { stderr } = await coverage(noon, '--fault', 'clock-off=-3h');
  expect(stderr).toContain("the server's clock is 3h behind this machine's");
});

test('crash-loop: every store and length is stale', async () => {
  const { code, found } = await coverage(noon, '--fault', 'crash-loop');
  expect(code).toBe(1);
  expect(found.map((text) => text.split(' ').slice(0, 3).join(' ')).sort()).toEqual([
    'stale allocation day',
    'stale allocation hour',
    'stale asset day',
    'stale asset hour',
  ]);
});

test('error-without-window: a finding that names no window, with the text of the error', async () => {
  const { code, found } = await coverage(noon, '--fault', 'error-without-window');
  expect(code).toBe(1);
  expect(found).toEqual([
    expect.stringMatching(/^error asset null without a window: .*same labelset/),
  ]);
});

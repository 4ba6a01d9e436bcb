import { describe, expect, test } from 'vitest';
import type { CoverageReport } from '../../../src/events/coverage/schema.ts';
import { coverageSchema } from '../../../src/events/coverage/schema.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';

const small = ['--clusters', '1', '--nodes', '2', '--pods', '6'];

/** What is said about an embedded Kubecost at a given time. */
async function coverage(
  now: string,
  ...argv: string[]
): Promise<{ code: number; report: CoverageReport; stderr: string }> {
  const deps = testDeps({ clock: new TestClock(now) });
  const { code, stdout, stderr } = await ran(
    ['events', 'coverage', '--demo', '-o', 'json', ...small, ...argv],
    deps,
  );
  return { code, report: coverageSchema.parse(JSON.parse(stdout)), stderr };
}

function found({ findings }: CoverageReport): string[] {
  return findings.map(
    ({ kind, store, resolution, window }) =>
      `${kind} ${store} ${resolution} ${window?.start ?? 'somewhere'}`,
  );
}

const variants = ['kubecost-1.100', 'kubecost-1.105', 'kubecost-2', 'kubecost-3', 'opencost'];
const nows = [
  '2026-03-10T12:30:00Z',
  '2026-03-10T12:00:00Z',
  '2026-03-10T12:03:07Z',
  '2026-03-11T00:00:00Z',
  '2026-03-11T00:04:00Z',
  '2026-03-01T00:00:01Z',
  '2026-03-01T06:00:00Z',
  '2024-02-29T23:59:59Z',
  '2024-03-01T05:59:00Z',
  '2025-12-31T23:01:00Z',
];

describe('a healthy pipeline', () => {
  test.each(variants)('of %s has no finding at any time', async (variant) => {
    for (const [i, now] of nows.entries()) {
      const seed = String(1 + ((i * 7919) % 1000));
      const { code, report } = await coverage(now, '--as', variant, '--seed', seed);
      expect({ now, seed, found: found(report) }).toEqual({ now, seed, found: [] });
      expect(code).toBe(0);
      expect(report.summary.complete).toBeGreaterThan(20);
      expect(report.summary.unknown).toBe(0);
    }
  });
});

const now = '2026-03-10T12:30:00Z';
const day = '2026-03-07T00:00:00Z';

describe('a broken pipeline', () => {
  const withLog = variants.slice(0, 3);
  const withoutLog = variants.slice(3);

  test.each(withLog)('of %s shows what is broken', async (variant) => {
    const of = (fault: string, ...argv: string[]) =>
      coverage(now, '--as', variant, '--fault', fault, ...argv);
    const gap = await of('gap');
    expect(found(gap.report)).toEqual([
      `missing allocation day ${day}`,
      `missing asset day ${day}`,
    ]);
    expect(gap.code).toBe(1);
    const empty = await of('empty');
    expect(found(empty.report)).toEqual([`empty allocation day ${day}`, `empty asset day ${day}`]);
    expect(empty.code).toBe(1);
    expect((await of('empty', '--fail-on', 'missing,error')).code).toBe(0);
    const computing = await of('compute-error');
    expect(found(computing.report)).toEqual([`error allocation day ${day}`]);
    expect(computing.code).toBe(1);
    const reconciling = await of('reconcile-error');
    expect(found(reconciling.report)).toEqual([`error allocation day ${day}`]);
    expect(reconciling.code).toBe(1);
    const stopped = await of('stopped');
    expect(new Set(stopped.report.findings.map(({ kind }) => kind))).toEqual(new Set(['stale']));
    expect(stopped.code).toBe(1);
    expect((await of('stopped', '--fail-on', 'missing')).code).toBe(0);
    expect((await of('gap', '--fail-on', 'never')).code).toBe(0);
  });

  test.each(withoutLog)('of %s shows what the stores can tell', async (variant) => {
    const of = (fault: string, ...argv: string[]) =>
      coverage(now, '--as', variant, '--fault', fault, ...argv);
    for (const fault of ['gap', 'empty']) {
      const { code, report } = await of(fault);
      expect(found(report)).toEqual([`missing allocation day ${day}`, `missing asset day ${day}`]);
      expect(code).toBe(1);
      expect((await of(fault, '--fail-on', 'empty')).code).toBe(1);
    }
    const computing = await of('compute-error');
    expect(found(computing.report)).toEqual([`missing allocation day ${day}`]);
    const stopped = await of('stopped', '--fail-on', 'stale');
    expect(stopped.report.findings.map(({ kind }) => kind)).toEqual(['stale', 'stale']);
    expect(stopped.code).toBe(1);
  });

  test('is found at its edges only when told how far back sets ought to reach', async () => {
    const [fault, first] = ['gap=2026-02-24', '2026-02-24T00:00:00Z'];
    expect(found((await coverage(now, '--fault', fault)).report)).toEqual([]);
    const told = await coverage(now, '--fault', fault, '--expect-retention', '15d');
    expect(found(told.report)).toEqual([
      `missing allocation day ${first}`,
      `missing asset day ${first}`,
    ]);
    const healthy = await coverage(now, '--expect-retention', '15d,48h');
    expect(found(healthy.report)).toEqual([]);
  });

  test('yesterday is not judged before it has settled', async () => {
    const fault = ['--fault', 'gap=2026-03-09'];
    expect(found((await coverage('2026-03-10T05:30:00Z', ...fault)).report)).not.toContain(
      'missing asset day 2026-03-09T00:00:00Z',
    );
    expect(found((await coverage('2026-03-10T06:30:00Z', ...fault)).report)).toContain(
      'missing asset day 2026-03-09T00:00:00Z',
    );
    const patient = await coverage('2026-03-10T06:30:00Z', ...fault, '--settle', '20h');
    expect(found(patient.report)).not.toContain('missing asset day 2026-03-09T00:00:00Z');
  });
});

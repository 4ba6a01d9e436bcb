import { describe, expect, test } from 'vitest';
import type { Audit } from '../../src/audits/schema.ts';
import type { Finding } from '../../src/diagnosis/schema.ts';
import { trendOf, trendWithin } from '../../src/diagnosis/trend.ts';
import { dayWindow, finding } from '../output/support/finding-report.ts';

const windowAt = (day: number) => dayWindow(`2026-11-0${day + 1}`);

function audit(day: number, status: Audit['status']): Audit {
  return {
    ...{ window: windowAt(day), type: 'AuditClusterEquality', status, description: '' },
    ...{ lastRun: null, resolution: null, differences: [], missing: [] },
  };
}

function lost(id: string, days: readonly (readonly [number, number | null])[]): Finding {
  const windows = days.map(([day, amount]) => ({ ...windowAt(day), amount }));
  const [first] = windows;
  const last = windows.at(-1);
  return finding({
    ...{
      id,
      code: 'disk-without-asset',
      title: 'lost',
      windows,
      first: first?.start ?? '',
      last: last?.end ?? '',
    },
  });
}

describe('a trend', () => {
  const audits = [
    ...[audit(0, 'Passed'), audit(1, 'Failed'), audit(3, 'Skipped')],
    ...[audit(4, 'Passed'), audit(5, 'Failed')],
  ];
  const findings = [
    lost('disk-without-asset:a', [[1, 2]]),
    lost('disk-without-asset:a#2', [[5, null]]),
  ];
  const trend = trendOf({ audits, findings });
  const short = trend.report.findings[0]?.days.map(({ window, amount }) => [
    window.start.slice(8, 10),
    amount,
  ]);

  test('0 is evaluated and not found, null not known; what was not evaluated or stored has no entry', () => {
    expect(short).toEqual([
      ['01', 0],
      ['02', 2],
      ['05', 0],
      ['06', null],
    ]);
  });

  test('episodes are one finding, which began with the first', () => {
    expect(trend.report.findings.map(({ id }) => id)).toEqual(['disk-without-asset:a']);
    expect(trend.findings.map(({ id, first }) => [id, first])).toEqual([
      ['disk-without-asset:a', windowAt(1).start],
    ]);
  });

  test('audits have a status on each stored day', () => {
    expect(trend.report.audits[0]?.days.map(({ status }) => status)).toEqual([
      ...['Passed', 'Failed', 'Skipped', 'Passed', 'Failed'],
    ]);
  });

  test('a part of it leaves out findings that are not on these days', () => {
    const before = trendWithin(trend, ({ start: one }) => one < windowAt(1).start);
    expect([before.report.findings, before.findings]).toEqual([[], []]);
    const after = trendWithin(trend, ({ start: one }) => one >= windowAt(4).start);
    expect(after.findings[0]?.first).toBe(windowAt(1).start);
    expect(after.report.findings[0]?.days).toHaveLength(2);
  });
});

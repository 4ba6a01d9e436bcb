import { expect, test } from 'vitest';
import { evaluateGate } from '../../src/audits/gate.ts';
import { acceptReport, type ReportAcceptance } from '../../src/diagnosis/accepted.ts';
import type { Finding } from '../../src/diagnosis/schema.ts';
import { failed } from '../support/audits.ts';
import { finding } from '../support/findings.ts';

const window = { start: '2026-11-23T00:00:00Z', end: '2026-11-24T00:00:00Z' };
const audits = [failed([[['cluster-one'], 30, 30.66]], { window })];

/** The lost disk with an amount. */
const disk = (amount: number, parts: Partial<Finding> = {}) =>
  finding({
    amount: { total: amount, perDay: amount, basis: 'measured', share: null },
    windows: [{ ...window, amount }],
    ...parts,
  });

const entry = (pattern: string, amount: number) => ({
  finding: pattern,
  amount,
  reason: 'the old disk',
  expires: '2999-12-31',
});

function accepted(findings: Finding[], parts: Partial<ReportAcceptance>) {
  const acceptance = {
    entries: [],
    baseline: null,
    findingEntries: [],
    baselineFindings: [],
    now: Date.parse('2026-11-26T06:00:00Z'),
    ...parts,
  };
  const result = acceptReport(audits, findings, acceptance);
  return { ...result, decision: evaluateGate(result.audits, 'failed', false).decision };
}

test.each(['disk-without-asset:cluster-one/pvc-1', 'disk-without-asset', 'disk-*'])(
  'an entry names a finding by id, code or pattern: %s',
  (pattern) => {
    const result = accepted([disk(-0.66)], { findingEntries: [entry(pattern, 0.7)] });
    expect(result.findings[0]?.accepted).toBe('the old disk (until 2999-12-31)');
    expect(result.decision).toBe('passed');
    expect([...result.warnings, ...result.notes]).toEqual([]);
  },
);

test('a larger amount counts again, and is said', () => {
  const result = accepted([disk(-1.47)], { findingEntries: [entry('disk-*', 0.66)] });
  expect(result.decision).toBe('failed');
  expect(result.findings[0]?.accepted).toBeNull();
  expect(result.warnings).toEqual([
    'disk-without-asset:cluster-one/pvc-1 grew from 0.66 to 1.47: it counts again',
  ]);
});

test('the baseline accepts the same finding, no larger and to the same side', () => {
  const decide = (before: number, now: number) =>
    accepted([disk(now)], { baselineFindings: [disk(before)] }).decision;
  expect(decide(-0.66, -0.66)).toBe('passed');
  expect(decide(-0.66, -0.5)).toBe('passed');
  expect(decide(-0.66, -0.67)).toBe('failed');
  expect(decide(-0.66, 0.66)).toBe('failed');
});

test('a difference with a second finding that is not accepted still counts', () => {
  const second = disk(-0.1, { id: 'unexplained:cluster-one', code: 'unexplained' });
  const result = accepted([disk(-0.66), second], {
    findingEntries: [entry('disk-without-asset', 0.7)],
  });
  expect(result.decision).toBe('failed');
});

test('an expired entry and one that is not needed are named', () => {
  const result = accepted([disk(-0.66)], {
    findingEntries: [{ ...entry('disk-*', 0.7), expires: '2020-01-01' }, entry('missing-day:*', 1)],
  });
  expect(result.decision).toBe('failed');
  expect(result.warnings).toEqual([
    'accepted disk-* ("the old disk") expired on 2020-01-01: it counts again',
  ]);
  expect(result.notes).toEqual([
    'accepted missing-day:* ("the old disk") was not needed: remove it from the list',
  ]);
});

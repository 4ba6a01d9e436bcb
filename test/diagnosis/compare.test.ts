import { expect, test } from 'vitest';
import type { Audit } from '../../src/audits/schema.ts';
import { type ComparedReport, compareFindings } from '../../src/diagnosis/compare.ts';
import type { Finding } from '../../src/diagnosis/schema.ts';
import { audit } from '../support/audits.ts';
import { finding } from '../support/findings.ts';

const day = { start: '2026-11-23T00:00:00Z', end: '2026-11-24T00:00:00Z' };

/** A finding with an amount per window. */
const amounting = (perDay: number | null, parts: Partial<Finding> = {}) =>
  finding({ amount: { total: perDay, perDay, basis: 'measured', share: null }, ...parts });

const report = (findings: Finding[], status: Audit['status'] = 'Failed'): ComparedReport => ({
  audits: [audit({ window: day, type: 'AuditClusterEquality', status })],
  findings,
});

const changesOf = (before: ComparedReport, after: ComparedReport) => {
  const changes = compareFindings(before, after);
  if (changes === null) return null;
  const { unchanged, ...lists } = changes;
  const counts = Object.entries(lists).flatMap(([name, list]) => (list.length > 0 ? [name] : []));
  return unchanged > 0 ? [...counts, 'unchanged'] : counts;
};

test.each<[string, number | null, number | null, string]>([
  ['a larger amount', -0.66, -1.47, 'worse'],
  ['a smaller amount', -1.47, -0.66, 'better'],
  ['the same amount', -0.66, -0.66, 'unchanged'],
  ['less than a hundredth more', -0.66, -0.665, 'unchanged'],
  ['an amount that is not known', -0.66, null, 'unchanged'],
])('%s is %s to %s: %s', (_, before, after, change) => {
  expect(changesOf(report([amounting(before)]), report([amounting(after)]))).toEqual([change]);
});

test('a higher severity is worse, whatever the amount', () => {
  const after = report([amounting(-0.5, { severity: 'critical' })]);
  expect(changesOf(report([amounting(-0.66)]), after)).toEqual(['worse']);
});

test('a finding that only the later report has is new', () => {
  expect(changesOf(report([], 'Passed'), report([amounting(-1)]))).toEqual(['new']);
});

test('one that is gone is fixed where the audits that saw it were evaluated', () => {
  expect(changesOf(report([amounting(-1)]), report([], 'Passed'))).toEqual(['fixed']);
  expect(changesOf(report([amounting(-1)]), report([], 'Skipped'))).toEqual(['unseen']);
  expect(changesOf(report([amounting(-1)]), { audits: [], findings: [] })).toEqual(['unseen']);
});

test('a report with failed audits and no findings was not diagnosed: nothing is compared', () => {
  expect(changesOf(report([]), report([amounting(-1)]))).toBeNull();
});

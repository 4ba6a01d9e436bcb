import { describe, expect, test } from 'vitest';
import { difference } from '../../src/audits/difference.ts';
import type { Audit } from '../../src/audits/schema.ts';
import { type Selection, selectDifferences } from '../../src/audits/selection.ts';

function audit(day: number, status: Audit['status'], ...deltas: (number | null)[]): Audit {
  return {
    window: { start: `2023-01-${day}T00:00:00Z`, end: `2023-01-${day + 1}T00:00:00Z` },
    type: 'AuditClusterEquality',
    status,
    description: '',
    lastRun: null,
    resolution: null,
    differences: deltas.map((delta, i) =>
      difference([`c${i}`], 10 ** i, delta === null ? null : 10 ** i + delta),
    ),
    missing: [{ key: [`m${day}`], description: 'gone' }],
  };
}

const everything: Selection = { statuses: [], top: null, minDelta: 0, sort: 'delta' };
const audits = [audit(14, 'Failed', 1, -5), audit(15, 'Failed', 3, null), audit(16, 'Passed')];

function shown(view: Partial<Selection>): string[] {
  return selectDifferences(audits, { ...everything, ...view }).entries.map((finding) =>
    'delta' in finding
      ? `${finding.window.start.slice(8, 10)} ${finding.key[0]} ${finding.delta}`
      : `${finding.window.start.slice(8, 10)} ${finding.key[0]}`,
  );
}

describe('findings', () => {
  test('the largest first, over all audits; no number is worse than any', () => {
    expect(shown({})).toEqual([
      '15 c1 null',
      '14 c1 -5',
      '15 c0 3',
      '14 c0 1',
      '14 m14',
      '15 m15',
      '16 m16',
    ]);
  });

  test('by ratio', () => {
    expect(shown({ sort: 'relative' }).slice(0, 4)).toEqual([
      '15 c1 null',
      '15 c0 3',
      '14 c0 1',
      '14 c1 -5',
    ]);
  });

  test('by key', () => {
    expect(shown({ sort: 'key' }).slice(0, 4)).toEqual([
      '14 c0 1',
      '15 c0 3',
      '14 c1 -5',
      '15 c1 null',
    ]);
  });

  test('only the first ones', () => {
    expect(shown({ top: 2 }).slice(0, 3)).toEqual(['15 c1 null', '14 c1 -5', '14 m14']);
  });

  test('only large ones, whatever their sign; no number is never small', () => {
    expect(shown({ minDelta: 3 }).slice(0, 4)).toEqual([
      '15 c1 null',
      '14 c1 -5',
      '15 c0 3',
      '14 m14',
    ]);
  });

  test('only of audits with a status', () => {
    expect(shown({ statuses: ['Passed'] })).toEqual(['16 m16']);
  });
});

describe('audits', () => {
  test('keep those of their differences that are shown', () => {
    const { audits: left } = selectDifferences(audits, { ...everything, top: 2 });
    expect(left.map(({ differences }) => differences.map(({ key }) => key[0]))).toEqual([
      ['c1'],
      ['c1'],
      [],
    ]);
  });

  test('are not changed themselves', () => {
    const before = structuredClone(audits);
    selectDifferences(audits, { statuses: ['Failed'], top: 1, minDelta: 2, sort: 'key' });
    expect(audits).toEqual(before);
  });
});

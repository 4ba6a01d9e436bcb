import { describe, expect, test } from 'vitest';
import { gapsOf, leftoversOf, phaseChanges, utcOffset } from '../../../src/events/coverage/grid.ts';
import { day, formatTime, hour } from '../../../src/time.ts';

const at = (date: string) => Date.parse(`${date}Z`);
/** Starts of so many days. */
const days = (first: string, count: number) =>
  Array.from({ length: count }, (_, i) => at(first) + i * day);
const gaps = (starts: readonly number[]) =>
  gapsOf(starts, day).map(({ start, slots }) => `${formatTime(start).slice(0, 16)} ${slots}`);

describe('the gaps between sets', () => {
  test('are those that no set fills', () => {
    expect(gaps([...days('2026-03-01T00:00', 3), ...days('2026-03-06T00:00', 3)])).toEqual([
      '2026-03-04T00:00 2',
    ]);
    expect(gaps(days('2026-03-01T23:00', 9))).toEqual([]);
    expect(gaps([])).toEqual([]);
  });

  test.each([
    ['earlier', '2026-03-03T23:00'],
    ['later', '2026-03-04T05:00'],
    ['after the set in which it changed', '2026-03-05T05:00'],
  ])('do not include a change of utcOffset: sets start %s', (_, next) => {
    expect(gaps([...days('2026-03-01T00:00', 3), ...days(next, 3)])).toEqual([]);
  });

  test('after a change are on the new grid', () => {
    const starts = [...days('2026-03-01T00:00', 3), ...days('2026-03-08T23:00', 3)];
    expect(gaps(starts)).toEqual(['2026-03-05T23:00 3']);
  });
});

test('one set 300 days before all others is a leftover; an outage is none', () => {
  const recent = days('2026-03-01T00:00', 20);
  const leftovers = (starts: readonly number[]) => leftoversOf(gapsOf(starts, day));
  expect(leftovers([at('2025-05-01T00:00'), ...recent])).toBe(1);
  expect(leftovers([...days('2026-01-01T00:00', 30), ...recent])).toBe(0);
  expect(leftovers([...days('2026-02-18T00:00', 2), ...recent])).toBe(0);
});

test('a change of utcOffset is named with the time that no set covers', () => {
  const starts = [...days('2026-11-15T23:00', 2), ...days('2026-11-19T00:00', 2)];
  expect(phaseChanges(starts)).toEqual([
    {
      at: at('2026-11-18T11:30'),
      from: '+01:00',
      to: '00:00',
      uncovered: { start: at('2026-11-17T23:00'), end: at('2026-11-19T00:00') },
    },
  ]);
});

test('windows that are seconds off are no change of utcOffset', () => {
  const [first, ...others] = days('2026-11-15T00:00', 4);
  expect(phaseChanges([first ?? 0, ...others.map((start, i) => start + (i - 1) * 500)])).toEqual(
    [],
  );
});

test.each([
  [0, '00:00'],
  [23, '+01:00'],
  [18.5, '+05:30'],
  [11, '+13:00'],
  [5, '-05:00'],
])('a day that starts at %f:00 UTC has the utcOffset %s', (start, offset) => {
  expect(utcOffset(start * hour)).toBe(offset);
});

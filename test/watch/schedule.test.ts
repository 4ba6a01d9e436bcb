import { expect, test } from 'vitest';
import { hour, minute } from '../../src/time.ts';
import { pauseBefore } from '../../src/watch/schedule.ts';

const at = (start: number, end: number) => ({ start, end });

test.each<[string, { start: number; end: number }, number, number]>([
  ['runs start one interval after each other', at(0, 5 * minute), 0, 55 * minute],
  ['a run that takes longer than the interval is followed soon', at(0, 3 * hour), 0, minute],
  ['a clock that was set back does not make the pause longer', at(0, -5 * hour), 0, hour],
  ['a clock that jumped ahead does not skip the pause', at(0, 1_000 * hour), 0, minute],
  ['the first failure is retried soon', at(0, minute), 1, minute],
  ['further ones later', at(0, minute), 3, 4 * minute],
  ['but not later than this', at(0, minute), 500, 15 * minute],
])('%s', (_, run, failed, pause) => {
  expect(pauseBefore(run, hour, failed)).toBe(pause);
});

test('a retry is never later than the next run would have been', () => {
  expect(pauseBefore(at(0, 0), 10_000, 4)).toBe(10_000);
});

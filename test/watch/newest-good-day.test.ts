import { expect, test } from 'vitest';
import type { Status } from '../../src/audits/types.ts';
import { newestGoodDay } from '../../src/watch/newest-good-day.ts';
import { audit } from '../support/audits.ts';

const of = (day: number, ...statuses: Status[]) =>
  statuses.map((status) =>
    audit({
      status,
      window: { start: `2026-11-0${day}T00:00:00Z`, end: `2026-11-0${day + 1}T00:00:00Z` },
    }),
  );

test.each<[string, ReturnType<typeof of>, string | null]>([
  ['the end of the last one', [...of(1, 'Passed'), ...of(2, 'Passed', 'Warning')], '2026-11-03'],
  ['not one with a failed audit', [...of(1, 'Passed'), ...of(2, 'Passed', 'Failed')], '2026-11-02'],
  [
    'not one of which nothing was evaluated',
    [...of(1, 'Passed'), ...of(2, 'Skipped')],
    '2026-11-02',
  ],
  ['a skipped audit does no harm', of(1, 'Passed', 'Skipped', 'NotRun'), '2026-11-02'],
  ['none', of(1, 'Failed'), null],
])('%s', (_, audits, end) => {
  expect(newestGoodDay(audits)).toBe(end === null ? null : Date.parse(end));
});

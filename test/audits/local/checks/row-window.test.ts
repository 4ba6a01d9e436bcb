import { expect, test } from 'vitest';
import { hour, second } from '../../../../src/time.ts';
import { allocation, auditOf, node, span } from '../../../support/rows.ts';

const audited = (row: ReturnType<typeof allocation>) =>
  auditOf('CheckRowWindow', { allocations: [row], assets: [node()] });

test.each([
  ['the whole day', {}],
  ['a part of the day', { start: span.start + hour, end: span.end - hour }],
  ['a second outside, which is how times are printed', { end: span.end + second }],
])('a row of %s passes', (_what, given) => {
  expect(audited(allocation(given)).status).toBe('Passed');
});

test.each([
  ['starts before the window', { start: span.start - hour }, 'outside'],
  ['ends after the window', { end: span.end + hour }, 'outside'],
  ['ends before it starts', { start: span.end, end: span.start }, 'reversed'],
  ['has no times', { start: Number.NaN, minutes: 1440 }, 'no-time'],
  ['has no minutes', { minutes: Number.NaN }, 'no-minutes'],
  ['has other minutes than end - start', { minutes: 1000 }, 'minutes'],
])('a row that %s fails', (_what, given, code) => {
  const row = allocation(given);
  const { status, differences, missing } = audited(row);
  expect(status).toBe('Failed');
  expect([...differences, ...missing]).toMatchObject([{ key: [row.name], causes: [{ code }] }]);
});

test('assets are compared with the window, too', () => {
  const late = node({ end: span.end + hour });
  expect(auditOf('CheckRowWindow', { allocations: [allocation()], assets: [late] })).toMatchObject({
    status: 'Failed',
    differences: [{ key: [late.name], expected: 0, actual: 60 }],
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditSet } from '../../../src/audits/server/audit-sets.ts';
import {
  type Awaited,
  inRange,
  outstanding,
  rangeOf,
} from '../../../src/audits/server/outstanding.ts';
import { type AuditType, auditTypes, serverAuditTypes } from '../../../src/audits/types.ts';

const since = Date.parse('2023-01-18T09:30:00Z');
const day = 86_400_000;

function set(start: number, lastRuns: Partial<Record<AuditType, string | null>>): AuditSet {
  const results = serverAuditTypes.map((type) => {
    const lastRun = lastRuns[type] ?? null;
    const audit = { status: 'Passed', description: '', lastRun, floatResults: [], missing: [] };
    return [auditTypes[type].field ?? '', type in lastRuns ? audit : null] as const;
  });
  return {
    window: { start: new Date(start).toISOString(), end: new Date(start + day).toISOString() },
    results: new Map(results),
  };
}

function awaited(parts: Partial<Awaited> = {}): Awaited {
  return { types: ['AuditClusterEquality'], range: null, since: () => since, before: [], ...parts };
}

const equality = (lastRun: string | null) => set(0, { AuditClusterEquality: lastRun });

describe('an audit has run', () => {
  test('when it ran after the request', () => {
    expect(outstanding([equality('2023-01-18T09:30:01.5Z')], awaited())).toEqual([]);
  });

  test('also in the very moment of it', () => {
    expect(outstanding([equality('2023-01-18T09:30:00Z')], awaited())).toEqual([]);
  });

  test.each(['2023-01-18T09:29:59.999999999Z', '2022-12-31T00:00:00Z', 'not a time'])(
    'not when it ran before: %s',
    (lastRun) => expect(outstanding([equality(lastRun)], awaited())).toHaveLength(1),
  );

  test.each([null, '0001-01-01T00:00:00Z'])('not when it never ran: %s', (lastRun) => {
    const range = { start: 0, end: day };
    expect(outstanding([equality(lastRun)], awaited({ range }))).toHaveLength(1);
  });

  test('not when its time is the one it had before, however late that is', () => {
    const before = [equality('2023-01-18T09:59:00Z')];
    expect(outstanding(before, awaited({ before }))).toHaveLength(1);
  });

  test('when every type has, each since its own request', () => {
    const types = ['AuditAssetTotalStore', 'AuditClusterEquality'] as const;
    const sets = [
      set(0, {
        AuditAssetTotalStore: '2023-01-18T09:30:05Z',
        AuditClusterEquality: '2023-01-18T09:30:05Z',
      }),
    ];
    const later = (type: AuditType) => (type === 'AuditClusterEquality' ? since + 10_000 : since);
    expect(outstanding(sets, awaited({ types, since: later }))).toEqual([
      { window: sets[0]?.window, type: 'AuditClusterEquality' },
    ]);
  });

  test('all types are awaited where none was named', () => {
    const sets = [equality('2023-01-18T09:30:05Z')];
    expect(outstanding(sets, awaited({ types: [] })).map(({ type }) => type)).toEqual(
      serverAuditTypes.filter((type) => type !== 'AuditClusterEquality'),
    );
  });
});

const moment = fc.date({
  min: new Date('2023-01-17T00:00:00Z'),
  max: new Date('2023-01-19T00:00:00Z'),
  noInvalidDate: true,
});
const lastRuns = fc.record(
  Object.fromEntries(
    serverAuditTypes.map((type) => [type, fc.option(moment.map((date) => date.toISOString()))]),
  ),
  { requiredKeys: [] },
);
const history = fc
  .array(lastRuns, { maxLength: 4 })
  .map((days) => days.map((runs, i) => set(i * day, runs)));

test('an audit that ran before the request is never the answer', () => {
  fc.assert(
    fc.property(
      history,
      history,
      moment,
      fc.subarray([...serverAuditTypes]),
      (sets, before, date, types) => {
        const range = { start: 0, end: 10 * day };
        const expected = awaited({ range, types, before, since: () => date.getTime() });
        const missing = outstanding(sets, expected);
        const expectedTypes = types.length > 0 ? types : serverAuditTypes;
        for (const { window, results } of sets) {
          for (const type of expectedTypes) {
            const ran = results.get(auditTypes[type].field ?? '')?.lastRun ?? null;
            const isOld = ran === null || Date.parse(ran) < date.getTime();
            if (!isOld) continue;
            expect(missing).toContainEqual({ window, type });
          }
        }
      },
    ),
  );
});

test('what was there before the request is never the answer, whatever the clocks say', () => {
  fc.assert(
    fc.property(history, moment, (sets, date) => {
      const range = { start: 0, end: 10 * day };
      const expected = awaited({ range, types: [], before: sets, since: () => date.getTime() });
      expect(outstanding(sets, expected)).toHaveLength(sets.length * serverAuditTypes.length);
    }),
  );
});

describe('the sets that are awaited', () => {
  test('are those that overlap the range: its end is not part of it', () => {
    const sets = [0, 1, 2, 3].map((i) => set(i * day, {}));
    const within = inRange(sets, { range: { start: day, end: 3 * day } });
    expect(within).toEqual(sets.slice(1, 3));
    const inside = inRange(sets, { range: { start: day + 1, end: day + 2 } });
    expect(inside).toEqual(sets.slice(1, 2));
  });

  test('are those that ever ran where there is no range', () => {
    const sets = [set(0, {}), equality('0001-01-01T00:00:00Z'), equality('2020-01-01T00:00:00Z')];
    expect(inRange(sets, { range: null })).toEqual(sets.slice(2));
  });
});

describe("the window in the server's sentence", () => {
  test('is read with its odd offset', () => {
    const sentence =
      'Running audit over window: [2023-01-16T20:23:08+0000, 2023-01-19T20:23:08+0000) for all audit types';
    expect(rangeOf(sentence)).toEqual({
      start: Date.parse('2023-01-16T20:23:08Z'),
      end: Date.parse('2023-01-19T20:23:08Z'),
    });
  });

  test.each([
    ['2023-01-16T20:23:08Z', '2023-01-19T20:23:08Z'],
    ['2023-01-16T22:23:08+0200', '2023-01-19T22:23:08+02:00'],
  ])('[%s, %s)', (start, end) => {
    expect(rangeOf(`window: [${start}, ${end}) for AuditClusterEquality`)).toEqual({
      start: Date.parse('2023-01-16T20:23:08Z'),
      end: Date.parse('2023-01-19T20:23:08Z'),
    });
  });

  test.each([
    'Running audit',
    'window: [nil, nil)',
    'window: [2023-01-19T00:00:00Z, 2023-01-16T00:00:00Z)',
    '',
  ])('is none in %j', (sentence) => expect(rangeOf(sentence)).toBeNull());
});

import { expect, test } from 'vitest';
import { accept } from '../../src/audits/accepted.ts';
import { acceptedEntrySchema } from '../../src/audits/accepted-schema.ts';
import { audit, failed, hostileNames, january } from '../support/audits.ts';

const now = Date.parse('2023-01-18T09:30:00Z');
const base = {
  type: 'cluster-equality',
  key: 'cluster-one',
  amount: 0.5,
  reason: 'the old disk',
  expires: '2023-01-18',
};

function entry(differing: Partial<Record<keyof typeof base, unknown>> = {}) {
  return acceptedEntrySchema.parse({ ...base, ...differing });
}

function reasons(audits: ReturnType<typeof accept>['audits']) {
  return audits.flatMap(({ differences, missing }) =>
    [...differences, ...missing].map(({ accepted }) => accepted),
  );
}

function byEntry(
  differing: Parameters<typeof entry>[0],
  found = failed([[['cluster-one'], 1, 1.4]]),
) {
  return accept([found], { entries: [entry(differing)], baseline: null, now });
}

test('an entry accepts its type and key up to its amount, either way, until the end of its day', () => {
  expect(reasons(byEntry({}).audits)).toEqual(['the old disk (until 2023-01-18)']);
  expect(reasons(byEntry({}, failed([[['cluster-one'], 1, 0.6]])).audits)[0]).toBeDefined();
  expect(reasons(byEntry({ amount: 0.3 }).audits)).toEqual([undefined]);
  expect(reasons(byEntry({ type: 'AuditAssetTotalStore' }).audits)).toEqual([undefined]);
  expect(reasons(byEntry({ key: 'cluster' }).audits)).toEqual([undefined]);
  expect(reasons(byEntry({ key: 'cluster-*' }).audits)[0]).toBeDefined();
});

test('a difference that is no number is never accepted by an amount', () => {
  expect(reasons(byEntry({ amount: 1e300 }, failed([[['cluster-one'], null, 1]])).audits)).toEqual([
    undefined,
  ]);
});

test('an expired entry accepts nothing, and is a warning', () => {
  const { audits, warnings, notes } = byEntry({ expires: '2023-01-17' });
  expect(reasons(audits)).toEqual([undefined]);
  expect(warnings).toEqual([
    'accepted AuditClusterEquality cluster-one ("the old disk") expired on 2023-01-17: it counts again',
  ]);
  expect(notes).toEqual([]);
});

test('an entry that was not needed is reported, but only where its type was judged', () => {
  expect(byEntry({}, audit()).notes).toEqual([
    'accepted AuditClusterEquality cluster-one ("the old disk") was not needed: remove it from the list',
  ]);
  expect(byEntry({}, audit({ type: 'AuditAssetTotalStore' })).notes).toEqual([]);
});

test('keys match by their parts joined, and only * is special', () => {
  const parts = failed([[['node', 'cluster-one/node-3'], 1, 1.1]]);
  expect(reasons(byEntry({ key: ['node', 'cluster-one/*'] }, parts).audits)[0]).toBeDefined();
  expect(reasons(byEntry({ key: 'node/*' }, parts).audits)[0]).toBeDefined();
  for (const name of hostileNames.filter((text) => !text.includes('*'))) {
    expect(reasons(byEntry({ key: name }, failed([[[name], 1, 1.1]])).audits)[0]).toBeDefined();
    expect(reasons(byEntry({ key: `${name}x` }, failed([[[name], 1, 1.1]])).audits)[0]).toBe(
      undefined,
    );
  }
});

test('an entry also accepts missing values', () => {
  const missing = audit({
    status: 'Warning',
    missing: [{ key: ['cluster-one'], description: '' }],
  });
  expect(reasons(byEntry({ amount: 0 }, missing).audits)[0]).toBeDefined();
});

test.each([
  ['a type nobody knows', { type: 'cluster' }],
  ['a negative amount', { amount: -1 }],
  ['no reason', { reason: ' ' }],
  ['no date', { expires: 'tomorrow' }],
  ['a field too many', { until: '2023-01-01' }],
])('%s is refused', (_, differing) => {
  expect(acceptedEntrySchema.safeParse({ ...base, ...differing }).success).toBe(false);
});

function against(
  before: ReturnType<typeof failed>,
  after: ReturnType<typeof failed>,
): ReturnType<typeof accept> {
  return accept([after], { entries: [], baseline: [before], now });
}

test('the baseline accepts the same type and key in any window, unless it grew', () => {
  const before = failed([[['a'], 10, 11]]);
  const after = (actual: number, resolution: number | null = null) =>
    reasons(
      against(before, failed([[['a'], 10, actual]], { window: january(20), resolution })).audits,
    )[0];
  expect(after(11)).toBe('in the baseline');
  expect(after(10.5)).toBe('in the baseline');
  expect(after(11.01)).toBe(undefined);
  expect(after(11.01, 0.02)).toBe('in the baseline');
  // as much, but the other way: another difference
  expect(after(9)).toBe(undefined);
});

test('the baseline of one type or kind does not accept another', () => {
  const before = failed([[['a'], 1, 2]]);
  const other = failed([[['a'], 1, 2]], { type: 'AuditAssetTotalStore' });
  const missing = audit({ status: 'Warning', missing: [{ key: ['a'], description: '' }] });
  expect(reasons(against(before, other).audits)).toEqual([undefined]);
  expect(reasons(against(before, missing).audits)).toEqual([undefined]);
  expect(reasons(against(missing, missing).audits)).toEqual(['in the baseline']);
});

test('a baseline that is out of date says so', () => {
  const before = failed([
    [['a'], 1, 2],
    [['b'], 1, 2],
  ]);
  expect(against(before, failed([[['a'], 1, 2]])).notes).toEqual([
    '1 of 2 baseline differences do not occur as they were; save a new one',
  ]);
  expect(against(before, before).notes).toEqual([]);
});

test('a difference that stopped being a number is not in the baseline', () => {
  expect(reasons(against(failed([[['a'], 1, 2]]), failed([[['a'], null, 2]])).audits)).toEqual([
    undefined,
  ]);
  expect(reasons(against(failed([[['a'], null, 2]]), failed([[['a'], null, 2]])).audits)).toEqual([
    'in the baseline',
  ]);
});

import { expect, test } from 'vitest';
import { compare, evaluatedInBoth } from '../../../src/audits/compare/compare.ts';
import { evaluateComparison } from '../../../src/audits/compare/gate.ts';
import { audit, failed, january, keysOf } from '../../support/audits.ts';

const before = [
  failed([
    [['same'], 1, 2],
    [['grows'], 1, 2],
    [['shrinks'], 1, 3],
    [['goes'], 1, 2],
  ]),
];
const after = [
  failed([
    [['same'], 1, 2],
    [['grows'], 1, 5],
    [['shrinks'], 1, 2],
    [['comes'], 1, 2],
  ]),
];

test('new, worse, better, fixed and unchanged, by window, type and key', () => {
  const report = compare(before, after);
  const keys = (list: typeof report.new) => list.map(({ key }) => key.join('/'));
  expect(keys(report.new)).toEqual(['comes']);
  expect(keys(report.worse)).toEqual(['grows']);
  expect(keys(report.better)).toEqual(['shrinks']);
  expect(keys(report.fixed)).toEqual(['goes']);
  expect(report.unchanged).toBe(1);
  expect(report).not.toHaveProperty('unseen');
  expect(report.worse[0]).toMatchObject({ type: 'AuditClusterEquality', delta: 4, before: 1 });
});

test('another window or type is another difference', () => {
  const moved = [failed([[['same'], 1, 2]], { window: january(15) })];
  expect(compare([failed([[['same'], 1, 2]])], moved)).toMatchObject({ new: [{}], unseen: [{}] });
  const typed = [failed([[['same'], 1, 2]], { type: 'AuditAssetTotalStore' })];
  expect(compare([failed([[['same'], 1, 2]])], typed)).toMatchObject({ new: [{}], unseen: [{}] });
});

test('the same window in another spelling is the same', () => {
  const spelled = { start: '2023-01-14T05:30:00+05:30', end: '2023-01-15T00:00:00.000Z' };
  expect(compare(before, [{ ...(before[0] ?? audit()), window: spelled }]).unchanged).toBe(4);
});

test.each(['Skipped', 'NotRun'] as const)('%s is not fixed', (status) => {
  const report = compare([failed([[['a'], 1, 2]])], [audit({ status })]);
  expect(report.fixed).toEqual([]);
  expect(report.unseen).toHaveLength(1);
  expect(evaluatedInBoth([failed([])], [audit({ status })])).toBe(0);
});

test('what a window held that nobody asked for again is not fixed either', () => {
  expect(compare(before, [])).toMatchObject({ fixed: [], unchanged: 0, unseen: { length: 4 } });
});

test('a change within the resolution is none', () => {
  const at = (actual: number, resolution: number | null) => [
    failed([[['a'], 10, actual]], { resolution }),
  ];
  expect(compare(at(11, 0.1), at(11.05, null)).unchanged).toBe(1);
  expect(compare(at(11, 0.01), at(11.05, 0.01)).worse).toHaveLength(1);
  expect(compare(at(11, null), at(9, null)).worse).toHaveLength(1);
  expect(compare(at(11, null), at(9.5, null)).better).toHaveLength(1);
});

test('a delta that stopped being a number is worse, and one that became a number better', () => {
  const at = (expected: number | null) => [failed([[['a'], expected, 1]])];
  expect(compare(at(0), at(null)).worse).toHaveLength(1);
  expect(compare(at(null), at(0)).better).toHaveLength(1);
  expect(compare(at(null), at(null)).unchanged).toBe(1);
});

test('an audit that fails without naming a difference is something new', () => {
  const report = compare([audit()], [audit({ status: 'Failed', description: 'it broke' })]);
  expect(report.new).toMatchObject([{ key: [], description: 'it broke' }]);
  expect(compare([audit({ status: 'Failed' })], [audit({ status: 'Failed' })]).unchanged).toBe(1);
});

test('the same key twice in one audit counts twice', () => {
  const twice = failed([
    [['a'], 1, 2],
    [['a'], 1, 2],
  ]);
  expect(keysOf(twice.differences)).toEqual(['a', 'a']);
  expect(compare([failed([[['a'], 1, 2]])], [twice])).toMatchObject({
    unchanged: 1,
    new: { length: 1 },
  });
});

test('a report compared with itself is unchanged, and reversed swaps new and fixed', () => {
  expect(compare(before, before)).toMatchObject({ new: [], worse: [], better: [], fixed: [] });
  expect(compare(after, before)).toMatchObject({
    new: [{ key: ['goes'] }],
    fixed: [{ key: ['comes'] }],
    worse: [{ key: ['shrinks'] }],
    better: [{ key: ['grows'] }],
  });
});

test('the gate fails for new, with worse also for what grew', () => {
  const worse = compare([failed([[['a'], 1, 2]])], [failed([[['a'], 1, 3]])]);
  expect(evaluateComparison(worse, 1, 'new')).toEqual({
    decision: 'passed',
    why: 'gate passed: 0 new, 1 worse, 0 better, 0 fixed, 0 unchanged',
  });
  expect(evaluateComparison(worse, 1, 'worse').decision).toBe('failed');
  expect(evaluateComparison(compare(before, after), 1, 'new').decision).toBe('failed');
  expect(evaluateComparison(compare(before, after), 1, 'worse').decision).toBe('failed');
  expect(evaluateComparison(compare(before, after), 1, 'never').decision).toBe(null);
});

test('without an audit evaluated in both reports the gate is undetermined', () => {
  expect(evaluateComparison(compare(before, []), 0, 'worse')).toEqual({
    decision: 'undecided',
    why: 'gate undecided: no audit was evaluated in both reports (0 new, 0 worse, 0 better, 0 fixed, 0 unchanged, 4 not evaluated again)',
  });
});

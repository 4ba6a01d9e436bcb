import { expect, test } from 'vitest';
import {
  audit,
  failed,
  hostileNames,
  hostileReport,
  january,
  rendered,
  reportOf,
} from '../../support/audits.ts';
import { all, parseXml } from '../../support/xml.ts';

test('a testsuite per window, a testcase per audit', async () => {
  const text = await rendered(
    reportOf([
      audit({ window: january(13) }),
      failed([[['cluster-one'], 9.42, 9.64]]),
      audit({ type: 'AuditAssetTotalStore', status: 'NotRun', lastRun: null }),
      audit({ type: 'AuditAllocationAggStore', status: 'Skipped', description: 'no answer' }),
    ]),
    'junit',
  );
  const root = parseXml(text);
  expect(root.attributes).toEqual({
    name: 'kc-etl audit',
    tests: '4',
    failures: '1',
    errors: '0',
    skipped: '2',
  });
  expect(root.children.map(({ attributes }) => attributes)).toEqual([
    {
      name: '2023-01-13',
      tests: '1',
      failures: '0',
      errors: '0',
      skipped: '0',
      timestamp: '2023-01-17T21:13:44',
    },
    {
      name: '2023-01-14',
      tests: '3',
      failures: '1',
      errors: '0',
      skipped: '2',
      timestamp: '2023-01-17T21:13:44',
    },
  ]);
  const [failure] = all(root, 'failure');
  expect(failure?.attributes).toEqual({
    message: 'allocations with idle cost the same as the assets of their cluster: 1 difference',
    type: 'Failed',
  });
  expect(failure?.text).toBe('cluster-one: expected 9.42, actual 9.64, delta +0.22 (+2.34 %)');
  expect(all(root, 'skipped').map(({ attributes }) => attributes['message'])).toEqual([
    'NotRun',
    'no answer',
  ]);
});

test('hostile names neither break the document nor change what it says', async () => {
  const root = parseXml(await rendered(hostileReport(), 'junit'));
  expect(all(root, 'testcase')).toHaveLength(2);
  const lines = all(root, 'failure')[0]?.text.split('\n') ?? [];
  const shown = hostileNames
    .slice(0, 6)
    .map((name) => expect.stringContaining(`cluster / ${name}: expected 1.00`));
  expect(lines.length).toBeGreaterThanOrEqual(2 * hostileNames.length);
  expect(lines).toEqual(expect.arrayContaining(shown));
});

test('causes stand under their difference', async () => {
  const report = reportOf([failed([[['cluster-one'], 1, 2]])]);
  for (const found of report.audits[0]?.differences ?? []) {
    found.causes = [
      { code: 'volumes', amount: 0.66, detail: 'a volume without a disk' },
      { code: 'rest', amount: null, detail: 'not explained' },
    ];
  }
  const [failure] = all(parseXml(await rendered(report, 'junit')), 'failure');
  expect(failure?.text.split('\n').slice(1)).toEqual([
    '  volumes +0.66: a volume without a disk',
    '  rest: not explained',
  ]);
});

test('white space and control characters in a message survive as far as XML can hold them', async () => {
  const description = 'one\ttwo\nthree\u0000\u0007four\ud800 & "five"';
  const report = reportOf([audit({ status: 'Skipped', description })]);
  const [skipped] = all(parseXml(await rendered(report, 'junit')), 'skipped');
  expect(skipped?.attributes['message']).toBe('one\ttwo\nthree\ufffd\ufffdfour\ufffd & "five"');
});

test('what is accepted is no failure, and says why', async () => {
  const report = reportOf([failed([[['cluster-one'], 1, 2]])]);
  const [first] = report.audits;
  for (const difference of first?.differences ?? [])
    difference.accepted = 'known (until 2030-01-01)';
  const root = parseXml(await rendered(report, 'junit'));
  expect(root.attributes['failures']).toBe('0');
  expect(all(root, 'skipped')[0]?.attributes['message']).toBe('accepted: 1 difference');
  expect(all(root, 'system-out')[0]?.text).toContain('[accepted: known (until 2030-01-01)]');
});

test('missing values fail a testcase only where the gate says so', async () => {
  const warned = audit({ status: 'Warning', missing: [{ key: ['node-3'], description: 'gone' }] });
  const failures = async (failOn: 'failed' | 'warning') =>
    parseXml(await rendered(reportOf([warned], failOn), 'junit')).attributes['failures'];
  expect(await failures('failed')).toBe('0');
  expect(await failures('warning')).toBe('1');
});

import { expect, test } from 'vitest';
import type { Audit } from '../../../src/audits/schema.ts';
import { verdictOf } from '../../../src/output/findings/verdict.ts';
import { audit, january, reportOf } from '../../support/audits.ts';

const days = (status: Audit['status'], ...dates: number[]) =>
  dates.map((date) => audit({ status, window: january(date) }));

test('a verdict without findings names the days that were evaluated', () => {
  const text = (audits: Audit[]) => verdictOf(reportOf(audits)).text;
  expect(text(days('Passed', 1))).toBe('no findings in one day');
  expect(text(days('Passed', 1, 2, 3))).toBe('no findings in 3 days');
  expect(text([...days('Passed', 3), ...days('Skipped', 1, 2)])).toBe(
    'no findings in 1 evaluated day of 3',
  );
  expect(text([...days('Passed', 2, 3), ...days('NotRun', 1)])).toBe(
    'no findings in 2 evaluated days of 3',
  );
  // a day of which one audit was evaluated is one of them
  expect(text([...days('Passed', 1, 2), ...days('Skipped', 2)])).toBe('no findings in 2 days');
});

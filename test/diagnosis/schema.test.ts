import { expect, test } from 'vitest';
import { findingSchema } from '../../src/diagnosis/schema.ts';
import { finding } from '../support/findings.ts';

test('a finding is read back as it was printed', () => {
  expect(findingSchema.parse(JSON.parse(JSON.stringify(finding())))).toEqual(finding());
});

test.each([{ code: 'no-such-code' }, { severity: 'fatal' }, { windows: null }])(
  '%j is refused',
  (wrong) => {
    expect(findingSchema.safeParse({ ...finding(), ...wrong }).success).toBe(false);
  },
);

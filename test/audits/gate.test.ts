import { expect, test } from 'vitest';
import { evaluateGate, isAccepted } from '../../src/audits/gate.ts';
import type { Audit } from '../../src/audits/schema.ts';
import type { FailOn } from '../../src/audits/types.ts';
import { audit, failed } from '../support/audits.ts';

const passed = audit();
const bad = failed([[['cluster-one'], 1, 2]]);
const warned = audit({ status: 'Warning', missing: [{ key: ['node-3'], description: '' }] });
const skipped = audit({ status: 'Skipped', description: 'no answer' });
const unsettled = audit({ status: 'Skipped', description: 'not settled yet: ended 3 h ago' });
const notRun = audit({ status: 'NotRun', lastRun: null });

function accepted(of: Audit): Audit {
  const mark = <T>(found: T) => ({ ...found, accepted: 'known' });
  return { ...of, differences: of.differences.map(mark), missing: of.missing.map(mark) };
}

test.each<[string, Audit[], FailOn, boolean, string]>([
  ['nothing bad', [passed], 'failed', false, 'gate passed: 0 of 1 audits failed, 0 skipped'],
  ['one failed', [passed, bad], 'failed', false, 'gate failed: 1 of 2 audits failed, 0 skipped'],
  [
    'missing values do not fail by default',
    [warned],
    'failed',
    false,
    'gate passed: 0 of 1 audits failed, 1 with missing values, 0 skipped',
  ],
  [
    'missing values fail where asked',
    [warned],
    'warning',
    false,
    'gate failed: 0 of 1 audits failed, 1 with missing values, 0 skipped',
  ],
  [
    'skipped does not fail by itself',
    [passed, skipped],
    'failed',
    false,
    'gate passed: 0 of 2 audits failed, 1 skipped',
  ],
  [
    'strict: skipped fails',
    [passed, skipped],
    'failed',
    true,
    'gate failed: 0 of 2 audits failed, 1 skipped',
  ],
  [
    'strict: not run fails',
    [passed, notRun],
    'failed',
    true,
    'gate failed: 0 of 2 audits failed, 0 skipped, 1 not run',
  ],
  [
    'strict: not settled yet does not',
    [passed, unsettled],
    'failed',
    true,
    'gate passed: 0 of 2 audits failed, 1 skipped',
  ],
  [
    'nothing was judged',
    [skipped, notRun],
    'failed',
    false,
    'nothing to judge: 0 of 2 audits failed, 1 skipped, 1 not run',
  ],
  ['no audit at all', [], 'failed', true, 'nothing to judge: 0 of 0 audits failed, 0 skipped'],
  [
    'accepted differences do not count',
    [accepted(bad), passed],
    'failed',
    false,
    'gate passed: 1 of 2 audits failed (1 accepted), 0 skipped',
  ],
  [
    'accepted missing values do not count',
    [accepted(warned)],
    'warning',
    false,
    'gate passed: 0 of 1 audits failed, 1 with missing values (1 accepted), 0 skipped',
  ],
  [
    'missing values behind accepted differences still warn',
    [{ ...accepted(bad), missing: warned.missing }],
    'warning',
    false,
    'gate failed: 1 of 1 audits failed (1 accepted), 0 skipped',
  ],
])('%s', (_, audits, failOn, strict, why) => {
  const verdict = evaluateGate(audits, failOn, strict);
  expect(verdict.why).toBe(why);
  expect(verdict.gate).toEqual({ failOn, strict, passed: why.startsWith('gate passed') });
});

test('what could not be asked leaves the gate undecided, unless something failed', () => {
  const judged = (audits: Audit[]) =>
    evaluateGate(audits, 'failed', false, 'not everything could be asked');
  expect(judged([passed, skipped])).toEqual({
    decision: 'nothing',
    gate: { failOn: 'failed', strict: false, passed: false },
    why: 'gate undecided, not everything could be asked: 0 of 2 audits failed, 1 skipped',
  });
  expect(judged([bad, skipped]).decision).toBe('failed');
});

test('without a gate there is no verdict', () => {
  expect(evaluateGate([bad], 'never', true)).toEqual({ gate: null, decision: null, why: '' });
});

test('a failure that names no difference cannot be accepted', () => {
  expect(isAccepted(audit({ status: 'Failed' }))).toBe(false);
  expect(isAccepted(bad)).toBe(false);
  expect(isAccepted(accepted(bad))).toBe(true);
  const half = failed([
    [['a'], 1, 2],
    [['b'], 1, 2],
  ]);
  const [first, second] = accepted(half).differences;
  expect(
    first && second && isAccepted({ ...half, differences: [first, ...half.differences.slice(1)] }),
  ).toBe(false);
});

import { expect, test } from 'vitest';
import { evaluateGate, isAccepted } from '../../src/audits/gate.ts';
import type { Audit } from '../../src/audits/schema.ts';
import type { FailOn } from '../../src/audits/types.ts';
import { audit, failed } from '../support/audits.ts';

const passed = audit();
const bad = failed([[['cluster-one'], 1, 2]]);
const warned = audit({ status: 'Warning', missing: [{ key: ['node-3'], description: '' }] });
const date = passed.window.start.slice(0, 10);
const lacking = audit({
  status: 'Warning',
  missing: [{ key: [date], description: 'no assets in the store' }],
});
const skipped = audit({ status: 'Skipped', description: 'no answer' });
const unsettled = audit({
  status: 'Skipped',
  description:
    'not settled yet: the window ended 3 h ago, and its data can change until 48 h after its end',
});
const ofOneStore = audit({ type: 'CheckNullCost' });
const notRun = audit({ status: 'NotRun', lastRun: null });

function accepted(of: Audit): Audit {
  const mark = <T>(found: T) => ({ ...found, accepted: 'known' });
  return { ...of, differences: of.differences.map(mark), missing: of.missing.map(mark) };
}

test.each<[string, Audit[], FailOn, boolean, string]>([
  ['nothing bad', [passed], 'failed', false, 'gate passed: 1 of 1 audit passed'],
  ['one failed', [passed, bad], 'failed', false, 'gate failed: 1 of 2 audits failed'],
  [
    'missing values do not fail by default',
    [warned],
    'failed',
    false,
    'gate passed: 0 of 1 audit passed, 1 warning',
  ],
  [
    'a day without data is no pass',
    [passed, lacking],
    'failed',
    false,
    `gate undecided: the server has no data of ${date}, so its audits compared nothing; 1 of 2 audits passed, 1 warning`,
  ],
  [
    'a day without data that is accepted is one',
    [passed, accepted(lacking)],
    'failed',
    false,
    'gate passed: 1 of 2 audits passed, 1 with accepted differences',
  ],
  ['missing values fail where asked', [warned], 'warning', false, 'gate failed: 1 warning'],
  [
    'skipped does not fail by itself',
    [passed, skipped],
    'failed',
    false,
    'gate passed: 1 of 2 audits passed, 1 skipped',
  ],
  ['strict: skipped fails', [passed, skipped], 'failed', true, 'gate failed: 1 skipped'],
  ['strict: not run fails', [passed, notRun], 'failed', true, 'gate failed: 1 not run'],
  [
    'strict: not settled yet does not',
    [ofOneStore, unsettled],
    'failed',
    true,
    'gate undecided: no audit that compares costs could be evaluated; 1 of 2 audits passed; not yet: 1 audit of 2023-01-14 until 2023-01-17 00:00',
  ],
  [
    'nothing was evaluated',
    [skipped, notRun],
    'failed',
    false,
    'gate undecided: nothing could be evaluated; 0 of 2 audits passed, 1 skipped, 1 not run',
  ],
  ['no audit at all', [], 'failed', true, 'gate undecided: no audits to evaluate'],
  [
    'accepted differences do not count',
    [accepted(bad), passed],
    'failed',
    false,
    'gate passed: 1 of 2 audits passed, 1 with accepted differences',
  ],
  [
    'accepted missing values do not count',
    [accepted(warned)],
    'warning',
    false,
    'gate passed: 0 of 1 audit passed, 1 with accepted differences',
  ],
  [
    'missing values behind accepted differences still warn',
    [{ ...accepted(bad), missing: warned.missing }],
    'warning',
    false,
    'gate failed: 1 of 1 audit failed',
  ],
])('%s', (...row) => {
  const [, audits, failOn, strict, why] = row;
  const verdict = evaluateGate(audits, failOn, strict);
  expect(verdict.why).toBe(why);
  expect(verdict.gate).toEqual({
    failOn,
    strict,
    passed: verdict.decision === 'passed',
    decision: verdict.decision,
  });
  expect(why.startsWith(`gate ${verdict.decision}: `)).toBe(true);
});

test('a failed request leaves the gate undecided, unless an audit failed', () => {
  const evaluated = (audits: Audit[]) => evaluateGate(audits, 'failed', false, 'a request failed');
  expect(evaluated([passed, skipped])).toEqual({
    decision: 'undecided',
    gate: { failOn: 'failed', strict: false, passed: false, decision: 'undecided' },
    why: 'gate undecided: a request failed; 1 of 2 audits passed, 1 skipped',
  });
  expect(evaluated([bad, skipped]).decision).toBe('failed');
});

test('with one cost comparison evaluated, the gate decides', () => {
  const { decision, why } = evaluateGate([passed, unsettled, ofOneStore], 'failed', false);
  expect(decision).toBe('passed');
  expect(why).toBe(
    'gate passed: 2 of 3 audits passed; not yet: 1 audit of 2023-01-14 until 2023-01-17 00:00',
  );
});

test('without a cost comparison among the requested audits, the others decide', () => {
  expect(evaluateGate([ofOneStore], 'failed', false).decision).toBe('passed');
});

test('a cost comparison skipped for another reason than time leaves the gate decided', () => {
  expect(evaluateGate([ofOneStore, skipped], 'failed', false).decision).toBe('passed');
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

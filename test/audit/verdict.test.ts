import { describe, expect, test } from 'vitest';
import type { FailOn, Summary } from '../../src/audit/schema.ts';
import { judge } from '../../src/audit/verdict.ts';

function summary(counts: Partial<Summary>): Summary {
  return { passed: 0, warning: 0, failed: 0, skipped: 0, notRun: 0, ...counts };
}

describe('the gate', () => {
  test.each<[Partial<Summary>, FailOn, boolean, 'passed' | 'failed' | 'nothing']>([
    [{ passed: 5 }, 'failed', false, 'passed'],
    [{ passed: 5, failed: 1 }, 'failed', false, 'failed'],
    [{ passed: 5, warning: 1 }, 'failed', false, 'passed'],
    [{ passed: 5, warning: 1 }, 'warning', false, 'failed'],
    [{ failed: 1 }, 'warning', false, 'failed'],
    [{ passed: 5, skipped: 1 }, 'failed', false, 'passed'],
    [{ passed: 5, skipped: 1 }, 'failed', true, 'failed'],
    [{ passed: 5, notRun: 1 }, 'failed', true, 'failed'],
    [{ passed: 5, warning: 1 }, 'failed', true, 'passed'],
    [{}, 'failed', false, 'nothing'],
    [{ skipped: 3, notRun: 2 }, 'failed', false, 'nothing'],
    [{ skipped: 3 }, 'warning', false, 'nothing'],
    [{ warning: 1 }, 'failed', false, 'passed'],
    [{}, 'failed', true, 'nothing'],
  ])('%j, --fail-on %s, strict %s: %s', (counts, failOn, strict, decision) => {
    const verdict = judge(summary(counts), failOn, strict);
    expect(verdict.decision).toBe(decision);
    expect(verdict.gate).toEqual({ failOn, strict, passed: decision === 'passed' });
  });

  test('never gates where it is told not to', () => {
    const verdict = judge(summary({ failed: 9 }), 'never', true);
    expect(verdict).toEqual({ gate: null, decision: null, why: '' });
  });

  test('says why in words', () => {
    const counts = summary({ passed: 5, failed: 1, skipped: 2, notRun: 4, warning: 3 });
    expect(judge(counts, 'failed', false).why).toBe(
      'gate failed: 1 of 15 audits failed, 3 with missing values, 2 skipped, 4 not run',
    );
    expect(judge(summary({ skipped: 2 }), 'failed', false).why).toBe(
      'nothing to judge: 0 of 2 audits failed, 2 skipped',
    );
  });
});

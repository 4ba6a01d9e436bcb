import type { Audit, FailOn, Gate, Summary } from './schema.ts';
import type { Status } from './types.ts';

/** How many audits were judged, by status. */
export function summarise(audits: readonly Audit[]): Summary {
  const count = (status: Status) => audits.filter((audit) => audit.status === status).length;
  return {
    passed: count('Passed'),
    warning: count('Warning'),
    failed: count('Failed'),
    skipped: count('Skipped'),
    notRun: count('NotRun'),
  };
}

/**
 * The gate: passed unless an audit is as bad as `failOn` names. With `strict`, what could not be
 * computed or never ran counts as failed. Null where `failOn` is `never`: nothing gates.
 */
export function judge(summary: Summary, failOn: FailOn, strict: boolean): Gate | null {
  if (failOn === 'never') return null;
  const bad =
    summary.failed +
    (failOn === 'warning' ? summary.warning : 0) +
    (strict ? summary.skipped + summary.notRun : 0);
  return { failOn, strict, passed: bad === 0 };
}

/** Whether anything was judged at all: an audit that was skipped or never ran says nothing. */
export function sawSomething(summary: Summary): boolean {
  return summary.passed + summary.warning + summary.failed > 0;
}

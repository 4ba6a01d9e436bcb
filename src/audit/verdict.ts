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

/** What the gate decided, and why in words; `nothing`: no audit was judged, so it could not decide. */
export interface Verdict {
  readonly gate: Gate | null;
  readonly decision: 'passed' | 'failed' | 'nothing' | null;
  readonly why: string;
}

/**
 * The gate: passed unless an audit is as bad as `failOn` names. With `strict`, what could not be
 * computed or never ran counts as failed. Without a gate (`never`) all is null.
 */
export function judge(summary: Summary, failOn: FailOn, strict: boolean): Verdict {
  if (failOn === 'never') return { gate: null, decision: null, why: '' };
  const { passed, warning, failed, skipped, notRun } = summary;
  const total = passed + warning + failed + skipped + notRun;
  const bad = failed + (failOn === 'warning' ? warning : 0) + (strict ? skipped + notRun : 0);
  const seen = passed + warning + failed;
  const decision = bad > 0 ? 'failed' : seen > 0 ? 'passed' : 'nothing';
  const counts = [
    `${failed} of ${total} audits failed`,
    ...(warning > 0 ? [`${warning} with missing values`] : []),
    `${skipped} skipped`,
    ...(notRun > 0 ? [`${notRun} not run`] : []),
  ].join(', ');
  return {
    gate: { failOn, strict, passed: decision === 'passed' },
    decision,
    why: decision === 'nothing' ? `nothing to judge: ${counts}` : `gate ${decision}: ${counts}`,
  };
}

import type { Audit, Gate, Summary } from './schema.ts';
import type { FailOn } from './types.ts';
import { notSettled, type Status } from './types.ts';

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

/** What the gate decided, and why in words; `nothing`: it could not decide. */
export interface GateResult {
  readonly gate: Gate | null;
  readonly decision: 'passed' | 'failed' | 'nothing' | null;
  readonly why: string;
}

/**
 * The gate: passed unless an audit is as bad as `failOn` names. What is accepted does not count;
 * with `strict`, what could not be computed or never ran counts as failed, unless it is only not
 * settled yet. What could not be asked leaves it undecided, unless something failed all the same.
 * Without a gate (`never`) all is null.
 *
 * @param unasked why not everything could be asked; null where it was
 */
export function evaluateGate(
  audits: readonly Audit[],
  failOn: FailOn,
  strict: boolean,
  unasked: string | null = null,
): GateResult {
  if (failOn === 'never') return { gate: null, decision: null, why: '' };
  const { passed, warning, failed, skipped, notRun } = summarise(audits);
  const bad = audits.filter((audit) => counts(audit, failOn, strict)).length;
  const isSound = unasked === null && passed + warning + failed > 0;
  const decision = bad > 0 ? 'failed' : isSound ? 'passed' : 'nothing';
  const lived = audits.filter(isAccepted);
  const livedWith = (status: Status) => {
    const count = lived.filter((audit) => audit.status === status).length;
    return count > 0 ? ` (${count} accepted)` : '';
  };
  const numbers = [
    `${failed} of ${audits.length} audits failed${livedWith('Failed')}`,
    ...(warning > 0 ? [`${warning} with missing values${livedWith('Warning')}`] : []),
    `${skipped} skipped`,
    ...(notRun > 0 ? [`${notRun} not run`] : []),
  ].join(', ');
  return {
    gate: { failOn, strict, passed: decision === 'passed' },
    decision,
    why:
      decision === 'nothing'
        ? `${unasked === null ? 'nothing to judge' : `gate undecided, ${unasked}`}: ${numbers}`
        : `gate ${decision}: ${numbers}`,
  };
}

/** Whether an audit is one that the gate fails for. */
function counts(audit: Audit, failOn: FailOn, strict: boolean): boolean {
  switch (audit.status) {
    case 'Failed':
      if (!isAccepted(audit)) return true;
      return failOn === 'warning' && !audit.missing.every(({ accepted }) => accepted);
    case 'Warning':
      return failOn === 'warning' && !isAccepted(audit);
    case 'Skipped':
      return strict && !audit.description.startsWith(notSettled);
    case 'NotRun':
      return strict;
    case 'Passed':
      return false;
  }
}

/**
 * Whether everything that made an audit what it is was accepted: all differences of a failed one,
 * all it found of one with a warning. A status without a finding cannot be accepted.
 */
export function isAccepted({ status, differences, missing }: Audit): boolean {
  const made =
    status === 'Failed' ? differences : status === 'Warning' ? [...differences, ...missing] : [];
  return made.length > 0 && made.every(({ accepted }) => accepted !== undefined);
}

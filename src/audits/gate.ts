import { isNotSettled, notYetText } from './not-settled.ts';
import type { Audit, Gate, Summary } from './schema.ts';
import type { AuditType, FailOn, Status } from './types.ts';

/** Number of audits by status. */
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

/** A gate's decision and its reason in words; null without a gate. */
export interface GateResult {
  readonly gate: Gate | null;
  readonly decision: NonNullable<Gate['decision']> | null;
  readonly why: string;
}

/** The audits that compare the money of two stores; the others check one store against itself. */
const costComparisons: ReadonlySet<AuditType> = new Set([
  'AuditAllocationReconciliation',
  'AuditAssetReconciliation',
  'AuditClusterEquality',
]);

/**
 * The decision of the gate. It fails on an audit with the status `failOn` or worse, unless its
 * differences are accepted; with `strict` also on Skipped and NotRun, but not on "not settled yet".
 * It is undecided (unless it failed) where data is incomplete, no audit was evaluated, none of the
 * requested cost comparisons was, because their windows are not settled, or a day has no data at all.
 *
 * @param incompleteReason why data is missing; null where all requests succeeded
 */
export function evaluateGate(
  audits: readonly Audit[],
  failOn: FailOn,
  strict: boolean,
  incompleteReason: string | null = null,
): GateResult {
  if (failOn === 'never') return { gate: null, decision: null, why: '' };
  const failing = audits.filter((audit) => failsGate(audit, failOn, strict));
  const undecided = incompleteReason ?? undecidedReason(audits);
  const decision = failing.length > 0 ? 'failed' : undecided === null ? 'passed' : 'undecided';
  const facts = decision === 'failed' ? failureText(failing, audits) : countsText(audits);
  const reasons = [decision === 'undecided' ? undecided : null, facts, notYetText(audits)];
  return {
    gate: { failOn, strict, passed: decision === 'passed', decision },
    decision,
    why: `gate ${decision}: ${reasons.filter((reason) => reason).join('; ')}`,
  };
}

/** Why the audits do not allow a decision; null where they do. */
export function undecidedReason(audits: readonly Audit[]): string | null {
  if (audits.length === 0) return 'no audits to evaluate';
  if (!audits.some(isEvaluated)) return 'nothing could be evaluated';
  const comparisons = audits.filter(({ type }) => costComparisons.has(type));
  const waits = comparisons.some(isNotSettled) && !comparisons.some(isEvaluated);
  if (waits) return 'no audit that compares costs could be evaluated';
  const empty = [...new Set(audits.filter(lacksDay).map(dayOf))].sort();
  if (empty.length === 0) return null;
  const others = empty.length > 1 ? ` and ${empty.length - 1} more` : '';
  return `the server has no data of ${empty[0]}${others}, so its audits compared nothing`;
}

/** Whether the server names the day itself as missing, not an object of it: it had nothing to compare. */
function lacksDay(audit: Audit): boolean {
  const { status, differences, missing } = audit;
  return (
    status === 'Warning' &&
    differences.length === 0 &&
    missing.some(({ key, accepted }) => !accepted && key.length === 1 && key[0] === dayOf(audit))
  );
}

function dayOf({ window }: Audit): string {
  return window.start.slice(0, 10);
}

function isEvaluated({ status }: Audit): boolean {
  return status !== 'Skipped' && status !== 'NotRun';
}

function failsGate(audit: Audit, failOn: FailOn, strict: boolean): boolean {
  switch (audit.status) {
    case 'Failed':
      if (!isAccepted(audit)) return true;
      return failOn === 'warning' && !audit.missing.every(({ accepted }) => accepted);
    case 'Warning':
      return failOn === 'warning' && !isAccepted(audit);
    case 'Skipped':
      return strict && !isNotSettled(audit);
    case 'NotRun':
      return strict;
    case 'Passed':
      return false;
  }
}

/** What the gate failed on: `1 of 64 audits failed, 2 warnings`. */
function failureText(failing: readonly Audit[], audits: readonly Audit[]): string {
  const { failed, warning, skipped, notRun } = summarise(failing);
  return [
    ...(failed > 0 ? [`${failed} of ${counted(audits.length, 'audit')} failed`] : []),
    ...(warning > 0 ? [counted(warning, 'warning')] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(notRun > 0 ? [`${notRun} not run`] : []),
  ].join(', ');
}

/** All audits but those that are not settled: `60 of 64 audits passed, 1 warning, 2 skipped`. */
function countsText(audits: readonly Audit[]): string {
  const { passed, skipped, notRun } = summarise(audits.filter((audit) => !isNotSettled(audit)));
  const accepted = audits.filter(isAccepted);
  const warning = summarise(audits.filter((audit) => !isAccepted(audit))).warning;
  return [
    ...(audits.length > 0 ? [`${passed} of ${counted(audits.length, 'audit')} passed`] : []),
    ...(accepted.length > 0 ? [`${accepted.length} with accepted differences`] : []),
    ...(warning > 0 ? [counted(warning, 'warning')] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(notRun > 0 ? [`${notRun} not run`] : []),
  ].join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * Whether everything behind an audit's status is accepted: the differences of a Failed one (its
 * missing values where it has none), all differences and missing values of a Warning. A status without either cannot be accepted.
 */
export function isAccepted({ status, differences, missing }: Audit): boolean {
  const entries =
    status === 'Failed' && differences.length > 0
      ? differences
      : status === 'Failed' || status === 'Warning'
        ? [...differences, ...missing]
        : [];
  return entries.length > 0 && entries.every(({ accepted }) => accepted !== undefined);
}

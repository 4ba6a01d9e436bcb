import type { Audit } from '../schema.ts';
import { type AuditType, auditTypeNames } from '../types.ts';
import type { AuditWindow } from './audit-window.ts';
import { localAudits } from './checks/registry.ts';
import { Comparison } from './comparison.ts';
import { isLeftover } from './presence.ts';

/** The audits of one window, and what its responses lacked. */
export interface EvaluatedWindow {
  /** In the order of the types; CheckMissingWindow is evaluated with its neighbours. */
  readonly audits: readonly Audit[];
  /** A value that an audit needed and that a complete response did not have; null: none. */
  readonly dataError: string | null;
}

/**
 * Evaluates every audit of a window from the sums of its rows.
 *
 * @param lastRun when that is, RFC 3339
 */
export function evaluateWindow(window: AuditWindow, lastRun: string): EvaluatedWindow {
  const hasOnlyLeftovers = isLeftover(window.input) === true;
  const comparisons = auditTypeNames
    .filter((type) => window.options.types.includes(type) && type !== 'CheckMissingWindow')
    .map((type) => ({
      type,
      comparison:
        hasOnlyLeftovers && window.skipReason(type) === null
          ? skipped(onlyLeftovers)
          : compareOne(window, type),
    }));
  return {
    audits: comparisons.map(({ type, comparison }) => comparison.audit(window.span, type, lastRun)),
    dataError: comparisons.map(({ comparison }) => comparison.dataError).find(isReason) ?? null,
  };
}

const onlyLeftovers =
  'the stores hold only leftovers of the window before: rows of a few minutes without cost';

function compareOne(window: AuditWindow, type: AuditType): Comparison {
  const skipReason = window.skipReason(type);
  if (skipReason !== null) return skipped(skipReason);
  const audit = localAudits[type];
  const comparison = new Comparison(window.options.tolerance);
  const reasons = audit.requires(window.scope).map((one) => window.unavailableReason(one));
  for (const reason of reasons) if (reason !== null) comparison.undetermined(reason);
  if (reasons.some(isReason)) return comparison;
  window.reportRowChecks(type, comparison);
  audit.evaluate?.(window.input, comparison);
  if (audit.comparesStores && comparison.isEmpty) {
    comparison.undetermined('there was nothing to compare');
  }
  return comparison;
}

/** A comparison that was not tried. */
export function skipped(reason: string): Comparison {
  const comparison = new Comparison(null);
  comparison.undetermined(reason);
  return comparison;
}

function isReason(reason: string | null): boolean {
  return reason !== null;
}

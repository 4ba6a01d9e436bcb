import type { CompareFailOn } from './changes.ts';
import type { CompareReport } from './schema.ts';

/** Decision of a comparison's gate with its reason; null without a gate. */
export interface CompareGateResult {
  readonly decision: 'passed' | 'failed' | 'undetermined' | null;
  readonly why: string;
}

/**
 * The gate of a comparison: `new` fails on differences that the earlier report did not have, `worse`
 * also on those that grew. It is undetermined where no audit was evaluated in both reports.
 *
 * @param evaluated number of audits that both reports evaluated
 */
export function evaluateComparison(
  report: CompareReport,
  evaluated: number,
  failOn: CompareFailOn,
): CompareGateResult {
  if (failOn === 'never') return { decision: null, why: '' };
  const bad = report.new.length + (failOn === 'worse' ? report.worse.length : 0);
  const decision = bad > 0 ? 'failed' : evaluated > 0 ? 'passed' : 'undetermined';
  const counts = [
    `${report.new.length} new`,
    `${report.worse.length} worse`,
    `${report.better.length} better`,
    `${report.fixed.length} fixed`,
    `${report.unchanged} unchanged`,
    ...(report.unseen ? [`${report.unseen.length} not evaluated again`] : []),
  ].join(', ');
  return {
    decision,
    why:
      decision === 'undetermined'
        ? `gate undecided: no audit was evaluated in both reports (${counts})`
        : `gate ${decision}: ${counts}`,
  };
}

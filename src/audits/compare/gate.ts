import type { CompareFailOn } from './changes.ts';
import type { CompareReport } from './schema.ts';

/** What the gate of a comparison decided, and why in words. */
export interface CompareGateResult {
  readonly decision: 'passed' | 'failed' | 'nothing' | null;
  readonly why: string;
}

/**
 * The gate of a comparison: `new` fails for what the earlier report did not have, `worse` also for
 * what grew. Where no audit was judged in both, it can decide nothing.
 *
 * @param judged how many audits both reports judged
 */
export function evaluateComparison(
  report: CompareReport,
  judged: number,
  failOn: CompareFailOn,
): CompareGateResult {
  if (failOn === 'never') return { decision: null, why: '' };
  const bad = report.new.length + (failOn === 'worse' ? report.worse.length : 0);
  const decision = bad > 0 ? 'failed' : judged > 0 ? 'passed' : 'nothing';
  const counts = [
    `${report.new.length} new`,
    `${report.worse.length} worse`,
    `${report.better.length} better`,
    `${report.fixed.length} fixed`,
    `${report.unchanged} unchanged`,
    ...(report.unseen ? [`${report.unseen.length} not judged again`] : []),
  ].join(', ');
  return {
    decision,
    why:
      decision === 'nothing'
        ? `nothing to compare: no audit was judged in both reports (${counts})`
        : `gate ${decision}: ${counts}`,
  };
}

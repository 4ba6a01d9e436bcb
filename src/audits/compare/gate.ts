import type { CompareFailOn } from './changes.ts';
import type { CompareReport } from './schema.ts';

/** Decision of a comparison's gate with its reason; null without a gate. */
export interface CompareGateResult {
  readonly decision: 'passed' | 'failed' | 'undecided' | null;
  readonly why: string;
}

/** Changes of findings, as far as the gate counts them. */
interface FindingCounts {
  readonly new: readonly unknown[];
  readonly worse: readonly unknown[];
  readonly better: readonly unknown[];
  readonly fixed: readonly unknown[];
  readonly unseen: readonly unknown[];
  readonly unchanged: number;
}

/**
 * The gate of a comparison: `new` fails on differences and findings that the earlier report did not
 * have, `worse` also on those that grew. It is undecided where no audit was evaluated in both reports.
 *
 * @param evaluated number of audits that both reports evaluated
 */
export function evaluateComparison(
  report: CompareReport & { readonly findings?: FindingCounts | null },
  evaluated: number,
  failOn: CompareFailOn,
): CompareGateResult {
  if (failOn === 'never') return { decision: null, why: '' };
  const { findings = null } = report;
  const added = report.new.length + (findings?.new.length ?? 0);
  const grown = report.worse.length + (findings?.worse.length ?? 0);
  const failing = added + (failOn === 'worse' ? grown : 0);
  const decision = failing > 0 ? 'failed' : evaluated > 0 ? 'passed' : 'undecided';
  const counts =
    findings === null
      ? changesText(report)
      : `findings: ${changesText(findings)}; differences: ${changesText(report)}`;
  return {
    decision,
    why:
      decision === 'undecided'
        ? `gate undecided: no audit was evaluated in both reports (${counts})`
        : `gate ${decision}: ${counts}`,
  };
}

/** Number of changes: `1 new, 0 worse, 0 better, 2 fixed, 5 unchanged`. */
export function changesText(
  changes: {
    readonly [K in 'new' | 'worse' | 'better' | 'fixed']: readonly unknown[];
  } & { readonly unchanged: number; readonly unseen?: readonly unknown[] | undefined },
): string {
  const { unseen = [] } = changes;
  return [
    `${changes.new.length} new`,
    `${changes.worse.length} worse`,
    `${changes.better.length} better`,
    `${changes.fixed.length} fixed`,
    `${changes.unchanged} unchanged`,
    ...(unseen.length > 0 ? [`${unseen.length} not evaluated again`] : []),
  ].join(', ');
}

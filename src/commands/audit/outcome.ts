import { evaluateGate, summarise } from '../../audits/gate.ts';
import type { Audit } from '../../audits/schema.ts';
import { type Selection, selectDifferences } from '../../audits/selection.ts';
import type { FailOn } from '../../audits/types.ts';
import { acceptReport, type ReportAcceptance } from '../../diagnosis/accepted.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import type { Trend } from '../../diagnosis/trend.ts';
import { exitCodes } from '../../errors.ts';
import type { Outcome } from '../command.ts';
import { showFindings } from './shown-findings.ts';

/** The audits of a run or a list, the gate and the selection to show. */
export interface OutcomeOptions {
  readonly kind: 'audits' | 'differences';
  readonly server: string | null;
  readonly engine: AuditReport['engine'];
  /** Name and version; left out where they are not known. */
  readonly product?: string;
  /** Ids of the clusters that have costs; left out where they are not known. */
  readonly clusters?: readonly string[];
  readonly message?: string | undefined;
  readonly view: Selection & { readonly finding: string | null; readonly findings: boolean };
  readonly failOn: FailOn;
  readonly strict: boolean;
  /** Causes of the differences; left out where they were not diagnosed. */
  readonly findings?: readonly Finding[];
  /** What an AuditStore holds of the findings; left out where there is none. */
  readonly trend?: Trend;
  /** What a merge needs of a part of a run; left out of a whole one. */
  readonly shard?: AuditReport['shard'];
  /** Differences that do not count; none where it is left out. */
  readonly acceptance?: ReportAcceptance;
  /** Why data is missing; left out where every request succeeded. */
  readonly incompleteReason?: string;
}

/** Evaluates the gate and selects what is shown. */
export function auditOutcome(found: readonly Audit[], options: OutcomeOptions): Outcome {
  const diagnosed = options.findings ?? [];
  const { audits, findings, notes, warnings } = options.acceptance
    ? acceptReport(found, diagnosed, options.acceptance)
    : { audits: found, findings: [...diagnosed], notes: [], warnings: [] };
  const summary = summarise(audits);
  const { gate, decision, why } = evaluateGate(
    audits,
    options.failOn,
    options.strict,
    options.incompleteReason ?? null,
  );
  const selected = selectDifferences(audits, options.view);
  const shown = showFindings({ ...selected, findings }, options.view.finding);
  return {
    result: {
      kind: options.kind,
      entries: shown.entries,
      asFindings: options.view.findings,
      ...(options.trend === undefined ? {} : { trend: options.trend }),
      report: {
        schemaVersion: 1,
        server: options.server,
        engine: options.engine,
        ...(options.product === undefined ? {} : { product: options.product }),
        ...(options.clusters === undefined ? {} : { clusters: [...options.clusters] }),
        ...(options.message === undefined ? {} : { message: options.message }),
        audits: shown.audits,
        findings: shown.findings,
        summary,
        gate,
        ...(options.shard === undefined ? {} : { shard: options.shard }),
      },
    },
    notes: [...notes, ...shown.notes],
    warnings,
    exitCode: decision === null ? exitCodes.ok.code : exitOf[decision].code,
    ...(gate ? { verdict: why } : {}),
  };
}

const exitOf = { passed: exitCodes.ok, failed: exitCodes.gate, undecided: exitCodes.data } as const;

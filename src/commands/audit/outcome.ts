import { type Acceptance, accept } from '../../audits/accepted.ts';
import { evaluateGate, summarise } from '../../audits/gate.ts';
import type { Audit } from '../../audits/schema.ts';
import { type Selection, selectDifferences } from '../../audits/selection.ts';
import type { FailOn } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { exitCodes } from '../../errors.ts';
import type { Outcome } from '../command.ts';

/** What was asked of a list of audits. */
export interface AuditQuestion {
  readonly kind: 'audits' | 'differences';
  readonly server: string | null;
  readonly engine: AuditReport['engine'];
  readonly message?: string | undefined;
  readonly view: Selection;
  readonly failOn: FailOn;
  readonly strict: boolean;
  /** What is behind the differences; left out where they were not diagnosed. */
  readonly findings?: readonly Finding[];
  /** What may differ; nothing where it is left out. */
  readonly acceptance?: Acceptance;
  /** Why not everything could be asked; left out where it was. */
  readonly unasked?: string;
}

/** Judges audits and lays out what is shown of them. */
export function auditOutcome(found: readonly Audit[], question: AuditQuestion): Outcome {
  const { audits, notes, warnings } = question.acceptance
    ? accept(found, question.acceptance)
    : { audits: found, notes: [], warnings: [] };
  const summary = summarise(audits);
  const { gate, decision, why } = evaluateGate(
    audits,
    question.failOn,
    question.strict,
    question.unasked ?? null,
  );
  const { audits: shown, entries } = selectDifferences(audits, question.view);
  return {
    result: {
      kind: question.kind,
      entries,
      report: {
        schemaVersion: 1,
        server: question.server,
        engine: question.engine,
        ...(question.message === undefined ? {} : { message: question.message }),
        audits: shown,
        findings: [...(question.findings ?? [])],
        summary,
        gate,
      },
    },
    notes,
    warnings,
    exitCode: decision === null ? exitCodes.ok.code : exitOf[decision].code,
    ...(gate ? { verdict: why } : {}),
  };
}

const exitOf = { passed: exitCodes.ok, failed: exitCodes.gate, undecided: exitCodes.data } as const;

import type { WindowEvidence, WindowSummary } from '../audits/local/evidence/evidence.ts';
import type { Audit } from '../audits/schema.ts';
import type { ProductLine } from './codes/code.ts';

/** An error of the ETL pipeline about a window. */
export interface ErrorEvent {
  readonly kind: string;
  readonly time: string;
  readonly window: { readonly start: string; readonly end: string };
}

/** Audits whose failure an error of the pipeline can explain. */
const explainable: ReadonlySet<string> = new Set([
  'AuditAllocationReconciliation',
  'CheckMissingWindow',
]);

/** Starts of the windows in which an audit failed that an error of the pipeline can explain. */
export function explainedByErrors(audits: readonly Audit[]): Set<string> {
  const failed = audits.filter(({ type, status }) => status === 'Failed' && explainable.has(type));
  return new Set(failed.map(({ window }) => window.start));
}

/** What a diagnosis knows besides audits: the same for all windows of a run. */
export interface DiagnosisFacts {
  readonly product: ProductLine;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Options that a printed command needs to reach the same server, such as `--url` and its value. */
  readonly connection: readonly string[];
  /** Windows of which more than sums is known. */
  readonly evidence: readonly WindowEvidence[];
  /** Every window that was read. */
  readonly summaries: readonly WindowSummary[];
  /** Errors in the event log; empty where there is none. */
  readonly errors: readonly ErrorEvent[];
}

/** The facts of a diagnosis, with what only the advice to rebuild data needs. */
export interface DiagnosisContext extends DiagnosisFacts {
  /** Milliseconds for which Prometheus keeps metrics: a repair of an older day empties it. Null: not reported. */
  readonly retention: number | null;
}

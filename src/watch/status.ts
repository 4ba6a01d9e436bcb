import type { AuditReport } from '../diagnosis/report.ts';
import type { Trend } from '../diagnosis/trend.ts';
import type { CoverageReport } from '../events/coverage/schema.ts';

/** complete: everything could be read; incomplete: some requests failed; failed: there is no new report. */
export const runResults = ['complete', 'incomplete', 'failed'] as const;
export type RunResult = (typeof runResults)[number];

/** A report with what the store holds of its findings. */
export interface ShownReport {
  readonly report: AuditReport;
  readonly trend: Trend | null;
}

/** What one run of the audits found. */
export interface RunOutcome {
  /** Null where the audits could not be run. */
  readonly shown: ShownReport | null;
  /** Null where the server has no source of coverage, or it could not be read. */
  readonly coverage: CoverageReport | null;
  /** Why data is missing, each reason once; empty where everything could be read. */
  readonly failures: readonly string[];
  /** Days that were requested and evaluated. */
  readonly evaluated: number;
}

/** A run that ended. Times in milliseconds since 1970. */
export interface EndedRun {
  readonly start: number;
  readonly end: number;
  readonly result: RunResult;
  /** As in {@link RunOutcome}. */
  readonly failures: readonly string[];
}

/** What a watch did and knows, for its pages. Times in milliseconds since 1970. */
export class WatchStatus {
  readonly startedAt: number;
  /** From the start of a run to the start of the next one. */
  readonly interval: number;
  readonly runs: Record<RunResult, number> = { complete: 0, incomplete: 0, failed: 0 };
  /**
   * Requests to the server by whether they brought data, or that there is no such endpoint. Retries are
   * not counted, nor are requests that are not sent after a gateway gave up.
   */
  readonly requests = { answered: 0, failed: 0 };
  /** Days that were requested and evaluated since the start. */
  evaluated = 0;
  lastRun: EndedRun | null = null;
  lastComplete: number | null = null;
  /** Runs in a row that were not complete. */
  failedInRow = 0;
  /** When the next run starts; null while one is running. */
  nextRun: number | null;
  /** When the watch last showed that it is not stuck. */
  lastActivity: number;
  /** The newest report, also where it was read from the store. */
  shown: ShownReport | null = null;
  coverage: CoverageReport | null = null;

  constructor(now: number, interval: number) {
    this.startedAt = now;
    this.interval = interval;
    this.nextRun = now;
    this.lastActivity = now;
  }

  /** Records a run; one without a report keeps the report of the run before. */
  ended(span: { readonly start: number; readonly end: number }, outcome: RunOutcome): EndedRun {
    const { shown, coverage, failures, evaluated } = outcome;
    const result = shown === null ? 'failed' : failures.length > 0 ? 'incomplete' : 'complete';
    this.runs[result]++;
    this.evaluated += evaluated;
    this.lastRun = { ...span, result, failures };
    this.failedInRow = result === 'complete' ? 0 : this.failedInRow + 1;
    if (result === 'complete') this.lastComplete = span.end;
    if (shown !== null) this.shown = shown;
    this.coverage = coverage;
    this.lastActivity = span.end;
    return this.lastRun;
  }
}

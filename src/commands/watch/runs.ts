import { settledSpan } from '../../audits/local/settling.ts';
import type { Values } from '../../config/option.ts';
import { KcEtlError } from '../../errors.ts';
import type { CoverageReport } from '../../events/coverage/schema.ts';
import { findingKinds } from '../../events/coverage/state.ts';
import type { Client } from '../../kubecost/client.ts';
import { detectProduct, type Product } from '../../kubecost/product.ts';
import type { Reporter } from '../../reporter.ts';
import type { KnownDays } from '../../store/known-days.ts';
import { formatSpan, hour, type Span } from '../../time.ts';
import type { RunOutcome, ShownReport, WatchStatus } from '../../watch/status.ts';
import { hasProblem, isDueAgain } from '../../watch/stored-again.ts';
import { readAcceptance } from '../audit/acceptance.ts';
import { type DiagnosedRun, runLocalAudits } from '../audit/local-run.ts';
import { auditOutcome } from '../audit/outcome.ts';
import { readStoredAudits } from '../audit/stored-audits.ts';
import type { Context } from '../command.ts';
import { readCoverage } from '../events/coverage-report.ts';
import { countingClient } from './counting-client.ts';
import type { watchOptions } from './options.ts';
import { wholeView } from './view.ts';

export type WatchValues = Values<typeof watchOptions> & {
  readonly auditStore: string;
  /** Stored days of all servers that a run has read. */
  readonly knownDays: KnownDays;
};

/** The runs of a watch: each audits what has settled since, and reads the coverage of the newest days. */
export class Runs {
  readonly #values: WatchValues;
  readonly #status: WatchStatus;
  readonly #context: Context;
  /** Settled days before this time were all evaluated; null before the first complete run. */
  #caughtUp: number | null = null;

  constructor(values: WatchValues, status: WatchStatus, context: Context) {
    this.#values = values;
    this.#status = status;
    this.#context = { ...context, reporter: quiet(context.reporter) };
  }

  /** Shows what the store holds of the server, until the first run has ended. */
  async showStored(): Promise<void> {
    const { auditStore: dir, type: types } = this.#values;
    try {
      const server = await this.#context.address();
      const stored = await readStoredAudits(dir, { server, types, span: null }, this.#context);
      if (stored.days.length === 0) return;
      const ends = stored.days.map(({ window }) => Date.parse(window.end));
      this.#caughtUp = Math.max(...ends);
      this.#status.shown = await this.#reportOf({ ...stored, failures: [] }, stored.server);
    } catch (error) {
      if (!(error instanceof KcEtlError)) throw error;
      this.#context.reporter.log(`no stored report: ${error.message}`);
    }
  }

  async run(): Promise<RunOutcome> {
    try {
      return await this.#run(
        countingClient(await this.#context.connect(), this.#status, this.#now),
      );
    } catch (error) {
      await this.#context.disconnect();
      throw error;
    }
  }

  readonly #now = () => this.#context.deps.clock.now();

  async #run(client: Client): Promise<RunOutcome> {
    const now = this.#now();
    const product = await detectProduct(client, { start: now - 2 * hour, end: now - hour });
    const span = this.#spanToAudit(product);
    const run = await runLocalAudits(
      client,
      { query: formatSpan(span), span, rewritten: null },
      {
        ...this.#values,
        ...{ step: '1d', bill: [], rerun: false, recheck: false, includeUnsettled: false },
        ...{ days: null, shard: null, product },
        again: { evaluate: (day) => isDueAgain(day, now), compare: hasProblem },
      },
      this.#context,
    );
    const shown = await this.#reportOf(run, client.server);
    const { coverage, failure } = await this.#coverageSince(span.end, client);
    const failures = [...run.failures, ...(failure === null ? [] : [failure])];
    if (run.failures.length === 0) this.#caughtUp = span.end;
    return { shown, coverage, failures, evaluated: run.evaluated };
  }

  /** The watched days, and older ones that settled while no run was complete. */
  #spanToAudit({ name }: Product): Span {
    const { span } = settledSpan(this.#values.window, name, this.#now());
    return { ...span, start: Math.min(span.start, this.#caughtUp ?? span.start) };
  }

  async #reportOf(
    found: Pick<DiagnosedRun, 'audits' | 'findings' | 'failures' | 'clusters' | 'trend'> & {
      readonly product?: string;
    },
    server: string | null,
  ): Promise<ShownReport> {
    const { failOn, strict, baseline } = this.#values;
    const { audits, findings, failures, clusters, product } = found;
    const { result } = auditOutcome(audits, {
      ...{ kind: 'audits', engine: 'local', server, findings, clusters },
      ...(product === undefined ? {} : { product }),
      ...{ view: wholeView, failOn, strict },
      acceptance: await readAcceptance(baseline, this.#context),
      ...(failures.length > 0
        ? { incompleteReason: 'not all of the data could be retrieved' }
        : {}),
    });
    if (result.kind !== 'audits') throw new Error(`${result.kind} instead of audits`);
    return { report: result.report, trend: found.trend ?? null };
  }

  /** Coverage of the days that have not settled; the others are audited. */
  async #coverageSince(
    start: number,
    client: Client,
  ): Promise<{ readonly coverage: CoverageReport | null; readonly failure: string | null }> {
    const settle = 6 * hour;
    const query = {
      query: formatSpan({ start, end: this.#now() }),
      ...{ store: null, settle, retention: { day: null, hour: null }, failOn: findingKinds },
    };
    try {
      return { coverage: await readCoverage(client, query, this.#context), failure: null };
    } catch (error) {
      if (!(error instanceof KcEtlError) || this.#context.deps.signal.aborted) throw error;
      return { coverage: null, failure: `coverage: ${error.message}` };
    }
  }
}

/** Notes of a single run become lines of `--verbose`. */
function quiet(reporter: Reporter): Reporter {
  return {
    ...reporter,
    note: async (text) => reporter.log(text),
    progress: async () => ({ update() {}, stop() {} }),
  };
}

import type { LocalOptions } from '../../commands/audit/local-options.ts';
import type { Context } from '../../commands/command.ts';
import { allocationProperties } from '../../costs/keys.ts';
import type { AuditScope } from '../../costs/requests.ts';
import type { Client } from '../../kubecost/client.ts';
import { clampsIdle, detectProduct, type Product } from '../../kubecost/product.ts';
import type { Window } from '../../kubecost/window.ts';
import { formatSpan } from '../../time.ts';
import type { Audit } from '../schema.ts';
import { type AuditType, auditTypeNames } from '../types.ts';
import { AuditWindow, type AuditWindowOptions } from './audit-window.ts';
import { missingWindows } from './checks/missing-window.ts';
import { Fetcher } from './fetcher.ts';
import { Progress } from './progress.ts';
import { confirmed, toRecheck } from './recheck.ts';
import { settledDays, steps, windowsOf } from './windows.ts';

export interface LocalRun {
  /** In order of window, then of the types. */
  readonly audits: readonly Audit[];
  /** Why requests failed that an audit needed; each reason once. */
  readonly failures: readonly string[];
}

/** The audits of docs/audits.md, computed here from what the cost APIs answer. */
export async function runLocally(
  client: Client,
  window: Window | null,
  types: readonly AuditType[],
  values: LocalOptions,
  context: Context,
): Promise<LocalRun> {
  const { clock } = context.deps;
  const now = clock.now();
  const asked = window && windowsOf(window, values.step);
  const [probe = { start: now - 2 * steps['1h'], end: now - steps['1h'] }] = asked ?? [];
  const product = await detectProduct(client, {
    start: probe.start,
    end: probe.start + steps['1h'],
  });
  const windows = asked ?? settledDays(product, values.step, now);
  if (asked === null) {
    const [first, last] = [windows[0], windows.at(-1)];
    const span = formatSpan({ start: first?.start ?? now, end: last?.end ?? now });
    await context.reporter.note(`--commit: the last 7 settled days, ${span}`);
  }
  const days = windows.map(
    (span) =>
      new AuditWindow(
        span,
        dayOptions(types.length > 0 ? types : auditTypeNames, product, values, now),
      ),
  );
  const progress = new Progress(days.length, clock, await context.reporter.progress('auditing'));
  try {
    const questioner = new Fetcher({
      client,
      product,
      metric: values.costMetric,
      concurrency: values.concurrency,
      withProperties: values.aggregate.some((property) =>
        /label|annotation|service/i.test(property),
      ),
      progress,
      signal: context.deps.signal,
    });
    const run = new Run(days, questioner, progress, () => new Date(clock.now()).toISOString());
    const audits = await run.audits();
    await context.reporter.note(progress.summary(productText(product)));
    return { audits, failures: questioner.failures };
  } finally {
    progress.stop();
  }
}

function productText({ name, version }: Product): string {
  return `${name === 'kubecost' ? 'Kubecost' : 'OpenCost'}${version ? ` ${version}` : ''}`;
}

function dayOptions(
  types: readonly AuditType[],
  product: Product,
  values: LocalOptions,
  now: number,
): AuditWindowOptions {
  const { cluster, step, tolerance, includeUnsettled, aggregate } = values;
  const properties = [...new Set([...allocationProperties, ...aggregate])];
  const scope: AuditScope = {
    product: product.name,
    clampsIdle: clampsIdle(product),
    // a question for one cluster has it as the first part of its keys
    properties: properties.map((property) =>
      cluster === null || property === 'cluster' ? property : `cluster,${property}`,
    ),
    cluster,
    hourly: step === '1h',
  };
  return { types, scope, tolerance, now, includeUnsettled };
}

/** Asks for every window, judges each as soon as its answers are there, and keeps only verdicts. */
class Run {
  readonly #days: readonly AuditWindow[];
  readonly #questioner: Fetcher;
  readonly #progress: Progress;
  readonly #time: () => string;
  readonly #verdicts = new Map<AuditWindow, Audit[]>();

  constructor(
    days: readonly AuditWindow[],
    questioner: Fetcher,
    progress: Progress,
    time: () => string,
  ) {
    this.#days = days;
    this.#questioner = questioner;
    this.#progress = progress;
    this.#time = time;
  }

  async audits(): Promise<Audit[]> {
    await this.#questioner.askAll(this.#days, (day) => this.#judge(day));
    const missing = await this.#missingWindows();
    return this.#days.flatMap((day, i) => {
      const audits = [...(this.#verdicts.get(day) ?? []), ...(missing[i] ? [missing[i]] : [])];
      return audits.sort(byType);
    });
  }

  async #judge(day: AuditWindow): Promise<void> {
    const first = day.audits(this.#time());
    if (day.damage !== null) this.#questioner.failed(day.damage);
    const doubtful = toRecheck(first, day.scope);
    const audits = doubtful.length > 0 ? await this.#again(day, first, doubtful) : first;
    this.#verdicts.set(day, audits);
    day.release();
    this.#progress.windowDone();
  }

  async #again(
    day: AuditWindow,
    first: readonly Audit[],
    types: readonly AuditType[],
  ): Promise<Audit[]> {
    const second = day.again(types);
    await this.#questioner.askInTurn(second);
    const verdicts = second.audits(this.#time());
    return first.map((audit) => {
      const again = verdicts.find(({ type }) => type === audit.type);
      return again ? confirmed(audit, again) : audit;
    });
  }

  /** Whether there is data beyond the first and last window matters where these have none. */
  async #missingWindows(): Promise<Audit[]> {
    const [first, last] = [this.#days[0], this.#days.at(-1)];
    if (!first?.types.includes('CheckMissingWindow') || !last) return [];
    const beyond = {
      before: first.isBare ? await this.#hasData(first, -1) : null,
      after: last.isBare ? await this.#hasData(last, 1) : null,
    };
    return missingWindows(this.#days, beyond, this.#time());
  }

  async #hasData(day: AuditWindow, direction: 1 | -1): Promise<boolean | null> {
    const length = day.window.end - day.window.start;
    const start = day.window.start + direction * length;
    const beside = day.beside({ start, end: start + length });
    await this.#questioner.askInTurn(beside);
    return beside.hasData;
  }
}

function byType(a: Audit, b: Audit): number {
  return auditTypeNames.indexOf(a.type) - auditTypeNames.indexOf(b.type);
}

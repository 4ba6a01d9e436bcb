import type { AuditOptions } from '../../audits/local/audit-window.ts';
import { EvidenceLog } from '../../audits/local/evidence/evidence-log.ts';
import { type LocalRun, runLocally } from '../../audits/local/run.ts';
import { settledDays, windowsOf } from '../../audits/local/windows.ts';
import { type AuditType, auditTypeNames } from '../../audits/types.ts';
import {
  allocationProperties,
  assetProperties,
  defaultProperties,
  readsProperties,
} from '../../costs/keys.ts';
import { propertyIn } from '../../costs/requests.ts';
import type { CostSource } from '../../costs/responses.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import type { Trend } from '../../diagnosis/trend.ts';
import { UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { requestFor } from '../../kubecost/cost-requests.ts';
import { createCostSource } from '../../kubecost/cost-source.ts';
import { clampsIdle, detectProduct, type Product, productText } from '../../kubecost/product.ts';
import type { Window } from '../../kubecost/window.ts';
import { isInDays } from '../../reconciliation/newest.ts';
import type { KnownDays } from '../../store/known-days.ts';
import { formatSpan, hour, type Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { diagnoseRun } from './diagnosis.ts';
import { allAggregates, type LocalOptions } from './local-options.ts';
import { LocalProgress } from './local-progress.ts';
import { billAuditOf, billFilesOf, completeFromBill, withBill } from './own-bill.ts';
import type { RunStore, StoredDayPolicy } from './run-store.ts';
import { shardFor, storeOf } from './store-options.ts';

export interface LocalRunValues extends LocalOptions {
  /** All where it is empty. */
  readonly type: readonly AuditType[];
  /** Starts of the only UTC days that are audited; null for all of the window. */
  readonly days: ReadonlySet<number> | null;
  /** The product, where it is known already. */
  readonly product?: Product;
  /** Which days of an AuditStore are looked at again; those that `rerun` and `recheck` say where it is left out. */
  readonly again?: StoredDayPolicy;
  /** Days of the AuditStore that were read before, in a process that runs again and again. */
  readonly knownDays?: KnownDays;
}

export interface DiagnosedRun extends LocalRun {
  /** Causes of the differences and gaps. */
  readonly findings: readonly Finding[];
  /** Name and version. */
  readonly product: string;
  /** Ids of the clusters that have costs. */
  readonly clusters: readonly string[];
  /** What an AuditStore holds of the findings; absent without one. */
  readonly trend?: Trend;
  /** What a merge needs of a part of a run; absent of a whole one. */
  readonly shard?: AuditReport['shard'];
  /** Windows that were requested; the others come from the AuditStore. */
  readonly evaluated: number;
}

/** Runs the local engine against a server or a recording, and diagnoses what it finds. */
export async function runLocalAudits(
  client: Client,
  window: Window | null,
  values: LocalRunValues,
  context: Context,
): Promise<DiagnosedRun> {
  const { clock, signal } = context.deps;
  const now = clock.now();
  const files = await billFilesOf(values.bill, context);
  const { days } = values;
  const all = window && windowsOf(window.span, values.step);
  const requested = all && days ? all.filter((one) => isInDays(one, days)) : all;
  const product = values.product ?? (await detectProduct(client, probeWindow(requested, now)));
  const allWindows = requested ?? settledDays(product.name, values.step, now);
  if (requested === null) {
    const span = { start: allWindows[0]?.start ?? now, end: allWindows.at(-1)?.end ?? now };
    await context.reporter.note(`--commit: the last 7 settled days, ${formatSpan(span)}`);
  }
  const bill = await billAuditOf(files, values, { client, product });
  const progress = new LocalProgress(clock, await context.reporter.progress('auditing'));
  try {
    const store = await runStoreOf(values, { client, product, context });
    const windows = store ? await shardWindows(store, allWindows, values, context) : allWindows;
    const fetchContext = {
      client,
      product,
      metric: values.costMetric,
      withProperties: values.aggregate.some(readsProperties),
      meter: progress,
    };
    const log = new EvidenceLog(values.cluster);
    const source = metered(createCostSource(fetchContext, signal), product, progress);
    const unchecked = store ? await planned(store, windows, { values, source }) : [];
    const pending = store?.toEvaluate ?? windows;
    progress.expect(pending.length);
    const range = { start: allWindows[0]?.start ?? now, end: allWindows.at(-1)?.end ?? now };
    const run = await runLocally({
      windows: pending,
      range,
      audit: auditOptions(values, product, now),
      source,
      concurrency: values.concurrency,
      now: () => clock.now(),
      onWindow: async (done) => {
        const collected = log.windowDone(done);
        await store?.save(done, collected);
        progress.windowDone();
      },
      collect: (look) => {
        const collector = withBill(log.collect(look), bill, look);
        return store?.withTotals(collector, look) ?? collector;
      },
    });
    await context.reporter.note(progress.summary(productText(product)));
    if (store) {
      await noteStored(windows.length - pending.length, windows.length, values, context);
      const failures = [...run.failures, ...unchecked];
      const evaluated = pending.length;
      return { failures, evaluated, product: productText(product), ...store.report(windows) };
    }
    const { audits, failures } = bill ? await completeFromBill(run, bill, context) : run;
    return {
      failures,
      evaluated: pending.length,
      product: productText(product),
      clusters: clustersOf(log),
      ...(await diagnoseRun(
        audits,
        { client, product, evidence: log.evidence, summaries: log.summaries },
        context,
      )),
    };
  } finally {
    progress.stop();
  }
}

/** The AuditStore that the run writes to; null where there is none. */
async function runStoreOf(
  values: LocalRunValues,
  parts: { readonly client: Client; readonly product: Product; readonly context: Context },
): Promise<RunStore | null> {
  const { cliOptions, reporter } = parts.context;
  const dir = storeOf(values.auditStore, cliOptions, ['demo', 'from', 'bill']);
  if (dir === null) {
    const needing = ['rerun', 'recheck'].find((name) => cliOptions.has(name));
    if (needing === undefined && values.shard === null) return null;
    if (needing !== undefined)
      throw new UsageError(`--${needing} needs an AuditStore`, 'add --audit-store <dir>');
  }
  if (values.bill.length > 0) {
    throw new UsageError(
      dir === null
        ? '--bill and --shard exclude each other: a bill is not part of what a merge needs'
        : '--bill and --audit-store exclude each other: a stored day is not evaluated again when the bill changes',
      'leave one of them out',
    );
  }
  if (values.rerun && values.recheck) {
    await reporter.note('--recheck has no effect with --rerun: every day is evaluated again');
  }
  const { RunStore } = await import('./run-store.ts');
  return RunStore.open(dir, values, parts);
}

/** The windows that this process evaluates: all, or those of its shard. */
async function shardWindows(
  store: RunStore,
  windows: readonly Span[],
  { shard: request, step }: LocalRunValues,
  { deps, reporter }: Context,
): Promise<readonly Span[]> {
  if (request === null) return windows;
  const shard = shardFor(request, deps.env);
  const own = await store.planned(windows, shard);
  const unit = step === '1h' ? 'hours' : 'days';
  await reporter.note(
    `shard ${shard.index}/${shard.count}: ${own.length} of ${windows.length} ${unit}; kc-etl audit merge has the verdict of all`,
  );
  return own;
}

/** Plans which days are evaluated. @returns why the totals of stored days could not be compared */
async function planned(
  store: RunStore,
  windows: readonly Span[],
  { values, source }: { readonly values: LocalRunValues; readonly source: CostSource },
): Promise<readonly string[]> {
  const { rerun, recheck, again } = values;
  store.pending(windows, again?.evaluate ?? (() => rerun));
  const compare = again?.compare ?? (() => recheck);
  return store.recheck(windows, source, compare);
}

async function noteStored(
  stored: number,
  all: number,
  { auditStore, step }: LocalRunValues,
  { reporter }: Context,
): Promise<void> {
  if (auditStore === null) return;
  const unit = step === '1h' ? 'hours' : 'days';
  await reporter.note(
    `${stored} of ${all} ${unit} read from ${auditStore}, ${all - stored} evaluated and stored there`,
  );
}

/** A source that tells the progress line what it is reading. */
function metered(source: CostSource, product: Product, progress: LocalProgress): CostSource {
  return {
    fetch(request, window, sink) {
      progress.fetching(requestFor(request, window, product).path, window);
      return source.fetch(request, window, sink);
    },
  };
}

/** A small window that should have data, to tell the products apart. */
function probeWindow(requested: readonly Span[] | null, now: number): Span {
  const start = requested?.[0]?.start ?? now - 2 * hour;
  return { start, end: start + hour };
}

function clustersOf({ summaries }: EvidenceLog): string[] {
  return [...new Set(summaries.flatMap(({ clusters }) => [...clusters.keys()]))].sort();
}

function auditOptions(values: LocalRunValues, product: Product, now: number): AuditOptions {
  const { cluster, step, tolerance, includeUnsettled, aggregate } = values;
  const own = defaultProperties[product.name];
  const isAll = aggregate.includes(allAggregates);
  const properties = new Set([
    ...(isAll ? allocationProperties : own.allocations),
    ...aggregate.filter((property) => property !== allAggregates),
  ]);
  return {
    types: values.type.length > 0 ? values.type : auditTypeNames,
    scope: {
      product: product.name,
      clampsIdle: clampsIdle(product),
      properties: [...properties].map((property) => propertyIn(cluster, property)),
      assetProperties: isAll ? assetProperties : own.assets,
      cluster,
      hourly: step === '1h',
      ownBill: values.bill.length > 0,
    },
    tolerance,
    now,
    includeUnsettled,
  };
}

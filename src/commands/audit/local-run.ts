import { EvidenceLog } from '../../audits/local/evidence/evidence-log.ts';
import { type LocalRun, runLocally } from '../../audits/local/run.ts';
import { settledDays, windowsOf } from '../../audits/local/windows.ts';
import type { AuditType } from '../../audits/types.ts';
import type { BillAudit } from '../../bills/bill-audit.ts';
import { readsProperties } from '../../costs/keys.ts';
import type { CostSource } from '../../costs/responses.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import type { Trend } from '../../diagnosis/trend.ts';
import { UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { requestFor } from '../../kubecost/cost-requests.ts';
import { createCostSource } from '../../kubecost/cost-source.ts';
import { detectProduct, type Product, productText } from '../../kubecost/product.ts';
import type { Window } from '../../kubecost/window.ts';
import { isInDays } from '../../reconciliation/newest.ts';
import type { KnownDays } from '../../store/known-days.ts';
import { formatSpan, hour, type Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { auditOptions } from './audit-options.ts';
import { diagnoseRun } from './diagnosis.ts';
import type { LocalOptions } from './local-options.ts';
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

/** A run and where everything of it comes from. */
interface RunParts {
  readonly values: LocalRunValues;
  readonly client: Client;
  readonly product: Product;
  /** When it began, in milliseconds since 1970. */
  readonly now: number;
  readonly context: Context;
}

/** Runs the local engine against a server or a recording, and diagnoses what it finds. */
export async function runLocalAudits(
  client: Client,
  window: Window | null,
  values: LocalRunValues,
  context: Context,
): Promise<DiagnosedRun> {
  const now = context.deps.clock.now();
  const files = await billFilesOf(values.bill, context);
  const requested = window && requestedWindows(window, values);
  const product = values.product ?? (await detectProduct(client, probeWindow(requested, now)));
  const parts: RunParts = { values, client, product, now, context };
  const windows = requested ?? (await defaultWindows(parts));
  const bill = await billAuditOf(files, values, parts);
  const line = await context.reporter.progress('auditing');
  const progress = new LocalProgress(context.deps.clock, line);
  try {
    return await auditWindows(windows, { bill, progress }, parts);
  } finally {
    progress.stop();
  }
}

/** Audits the windows that no AuditStore has, and joins the others from there. */
async function auditWindows(
  allWindows: readonly Span[],
  { bill, progress }: { readonly bill: BillAudit | null; readonly progress: LocalProgress },
  parts: RunParts,
): Promise<DiagnosedRun> {
  const { values, client, product, now, context } = parts;
  const store = await runStoreOf(parts);
  const windows = store ? await shardWindows(store, allWindows, values, context) : allWindows;
  const source = sourceOf(parts, progress);
  const unchecked = store ? await planned(store, windows, { values, source }) : [];
  const pending = store?.toEvaluate ?? windows;
  progress.expect(pending.length);
  const log = new EvidenceLog(values.cluster);
  const run = await runLocally({
    windows: pending,
    range: rangeOf(allWindows, now),
    audit: auditOptions(values, product, now),
    source,
    concurrency: values.concurrency,
    now: () => context.deps.clock.now(),
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
  const about = { product: productText(product), evaluated: pending.length };
  await context.reporter.note(progress.summary(about.product));
  if (store) {
    await noteStored(windows.length - pending.length, windows.length, values, context);
    return { ...about, failures: [...run.failures, ...unchecked], ...store.report(windows) };
  }
  const { audits, failures } = bill ? await completeFromBill(run, bill, context) : run;
  const { evidence, summaries } = log;
  const diagnosis = await diagnoseRun(audits, { client, product, evidence, summaries }, context);
  return { ...about, failures, clusters: clustersOf(log), ...diagnosis };
}

/** The windows of the command line; of some days only where `values.days` names them. */
function requestedWindows(window: Window, { days, step }: LocalRunValues): readonly Span[] {
  const windows = windowsOf(window.span, step);
  return days ? windows.filter((one) => isInDays(one, days)) : windows;
}

async function defaultWindows({ values, product, now, context }: RunParts): Promise<Span[]> {
  const windows = settledDays(product.name, values.step, now);
  const range = formatSpan(rangeOf(windows, now));
  await context.reporter.note(`--commit: the last 7 settled days, ${range}`);
  return windows;
}

/** From the first window to the last one; empty where there is none. */
function rangeOf(windows: readonly Span[], now: number): Span {
  return { start: windows[0]?.start ?? now, end: windows.at(-1)?.end ?? now };
}

/** The AuditStore that the run writes to; null where there is none. */
async function runStoreOf(parts: RunParts): Promise<RunStore | null> {
  const { values } = parts;
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

/** The cost APIs of the server; the progress line shows what is being read. */
function sourceOf(
  { values, client, product, context }: RunParts,
  progress: LocalProgress,
): CostSource {
  const fetchContext = {
    client,
    product,
    metric: values.costMetric,
    withProperties: values.aggregate.some(readsProperties),
    meter: progress,
  };
  const source = createCostSource(fetchContext, context.deps.signal);
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

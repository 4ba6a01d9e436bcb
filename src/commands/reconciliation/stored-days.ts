import { settlingTime } from '../../audits/local/settling.ts';
import type { Client } from '../../kubecost/client.ts';
import { clusterIdOf } from '../../kubecost/cluster-id.ts';
import type { Product } from '../../kubecost/product.ts';
import type { CostMetric } from '../../kubecost/schemas/cloud-cost.ts';
import type { Evaluation } from '../../reconciliation/evaluate.ts';
import type { ReconciliationDay } from '../../reconciliation/schema.ts';
import { redact } from '../../redaction.ts';
import type { AuditStore } from '../../store/audit-store.ts';
import {
  reconciliationVersion,
  type StoredReconciliation,
  storedReconciliationSchema,
} from '../../store/reconciliation.ts';
import { day, type Span, windowOf } from '../../time.ts';
import { version } from '../../version.ts';
import { openAuditStore } from '../audit/open-store.ts';
import type { Context } from '../command.ts';
import { type EvaluatedDays, evaluateDays, notReconciling, productOf } from './evaluate.ts';
import { dropChanged } from './recheck.ts';

interface StoreOptions {
  readonly dir: string;
  readonly metric: CostMetric;
  /** Whether stored days are evaluated again. */
  readonly rerun: boolean;
  /** Whether those are whose totals changed. */
  readonly recheck: boolean;
}

/**
 * Evaluates UTC days with the help of an AuditStore: settled days that it holds are not requested, and
 * those that are final now are added to it.
 *
 * @param spans consecutive UTC days, oldest first
 * @throws UsageError where the directory cannot be used, DataError where the server cannot be identified
 */
export async function evaluateWithStore(
  client: Client,
  spans: readonly Span[],
  { dir, metric, rerun, recheck }: StoreOptions,
  context: Context,
): Promise<EvaluatedDays> {
  context.deps.catchSignals(); // no file is left half-written
  const store = await openAuditStore(dir, 'write', context.secrets);
  const product = await productOf(client, spans);
  const server = await serverOf(client, product, context);
  const inStore = rerun ? new Map() : await readDays(store, { server, metric, dir }, context);
  const stored = new Map(
    spans.flatMap(({ start }) => {
      const one = inStore.get(start);
      return one === undefined ? [] : [[start, one] as const];
    }),
  );
  const changed = recheck ? await dropChanged(stored, client, { product, metric }, context) : [];
  const evaluate = () => evaluateOthers(client, spans, { metric, product, stored }, context);
  let evaluated = await evaluate();
  const outdated = outdatedDays(stored, evaluated);
  if (outdated.length > 0) {
    for (const start of outdated) stored.delete(start);
    evaluated = await evaluate();
  }
  const final = finalDays(spans, evaluated, { product, now: context.deps.clock.now() });
  for (const start of [...notFinal(evaluated, final), ...changed]) {
    const window = windowOf({ start, end: start + day });
    await store.removeReconciliation({ server, costMetric: metric, window });
  }
  for (const one of final) {
    if (stored.has(one.start)) continue;
    await store.writeReconciliation({
      ...{ schemaVersion: 1, kind: 'Reconciliation', server, costMetric: metric },
      ...{ window: one.window, kcEtl: version, reconciliationVersion },
      ...{ storedAt: new Date(context.deps.clock.now()).toISOString(), days: one.days },
      totals: evaluated.totals.get(one.start),
    });
  }
  await context.reporter.note(`${stored.size} of ${spans.length} days read from ${dir}`);
  const days = [...daysOf(stored), ...evaluated.days];
  return { ...evaluated, days: days.sort((a, b) => compareKeys(keyOf(a), keyOf(b))) };
}

async function serverOf(
  client: Client,
  product: Product,
  context: Context,
): Promise<StoredReconciliation['server']> {
  const clusterId = await clusterIdOf(client);
  return {
    product: product.name,
    clusterId: clusterId && redact(clusterId, context.secrets),
    address: await context.address(),
    version: product.version,
  };
}

type StoredDays = Map<number, StoredReconciliation>;

function daysOf(stored: StoredDays): ReconciliationDay[] {
  return [...stored.values()].flatMap(({ days }) => days);
}

/** The stored days of one server that the same rules evaluated, by their starts. */
async function readDays(
  store: AuditStore,
  of: Pick<StoredReconciliation, 'server'> & Pick<StoreOptions, 'metric' | 'dir'>,
  { deps, reporter }: Context,
): Promise<StoredDays> {
  const { days, damaged } = await store.readReconciliations(of.server);
  for (const { path, problem } of damaged) {
    await reporter.warn(`${of.dir}/${path} ${problem}; the day is evaluated again`);
  }
  return new Map(
    days
      .filter((one) => one.costMetric === of.metric)
      .filter((one) => one.reconciliationVersion === reconciliationVersion)
      // a clock that was ahead may have taken others for settled
      .filter(({ window }) =>
        isSettled(Date.parse(window.end), of.server.product, deps.clock.now()),
      )
      .map((one) => [Date.parse(one.window.start), one]),
  );
}

async function evaluateOthers(
  client: Client,
  spans: readonly Span[],
  known: { readonly metric: CostMetric; readonly product: Product; readonly stored: StoredDays },
  context: Context,
): Promise<EvaluatedDays> {
  const { metric, product, stored } = known;
  const others = spans.filter(({ start }) => !stored.has(start));
  if (others.length === 0) {
    const unsupported = product.name === 'kubecost' ? null : notReconciling;
    return { unsupported, days: [], unavailable: [], beforeStore: 0, begun: [], totals: new Map() };
  }
  const first = stored.size === 0 ? null : Math.min(...stored.keys());
  const billed = billedProviders(daysOf(stored));
  return evaluateDays(client, others, { metric, known: { product, first, billed } }, context);
}

function billedProviders(days: readonly ReconciliationDay[]): Set<string> {
  return new Set(days.filter(({ state }) => state !== 'never').map(({ provider }) => provider));
}

/** Stored days without a bill of a provider that has bills on another day: it was configured since. */
function outdatedDays(stored: StoredDays, { days }: Evaluation): number[] {
  const billed = billedProviders(days);
  const isOutdated = ({ state, provider, billed: { share } }: ReconciliationDay) =>
    state === 'never' && share !== null && billed.has(provider);
  return [...stored].filter(([, one]) => one.days.some(isOutdated)).map(([start]) => start);
}

function isSettled(end: number, product: Product['name'], now: number): boolean {
  return now - end >= settlingTime('bills', product);
}

/** Settled days that are reconciled, or never will be, in every cluster. */
function finalDays(
  spans: readonly Span[],
  { days, unavailable }: Evaluation,
  { product, now }: { readonly product: Product; readonly now: number },
) {
  return spans
    .filter(({ end }) => isSettled(end, product.name, now))
    .filter(({ start }) => !unavailable.some(({ window }) => Date.parse(window.start) === start))
    .flatMap((span) => {
      const window = windowOf(span);
      const parsed = storedReconciliationSchema.shape.days.safeParse(
        days.filter((one) => one.window.start === window.start),
      );
      return parsed.success ? [{ start: span.start, window, days: parsed.data }] : [];
    });
}

/** Starts of evaluated days that are not final: a stored copy is out of date. */
function notFinal(
  { days, unavailable }: Evaluation,
  final: readonly { readonly start: number }[],
): number[] {
  const known = new Set(final.map(({ start }) => start));
  for (const { window } of unavailable) known.add(Date.parse(window.start));
  const starts = new Set(days.map(({ window }) => Date.parse(window.start)));
  return [...starts].filter((start) => !known.has(start));
}

function keyOf({ window, cluster, provider }: ReconciliationDay): string[] {
  return [window.start, cluster, provider];
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1;
}

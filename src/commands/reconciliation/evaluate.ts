import type { Client } from '../../kubecost/client.ts';
import { detectProduct, type Product } from '../../kubecost/product.ts';
import type { CostMetric } from '../../kubecost/schemas/cloud-cost.ts';
import type { Billing } from '../../reconciliation/billing.ts';
import { collectEvidence } from '../../reconciliation/collect.ts';
import { type Evaluation, evaluateReconciliation } from '../../reconciliation/evaluate.ts';
import { type DayTotals, totalsOf } from '../../reconciliation/totals.ts';
import { hour, type Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { createReconciliationSource } from './source.ts';

export const notReconciling = 'OpenCost does not reconcile costs with the cloud bill';

const noBilling: Billing = { integrations: null, providers: null, failure: null };

/** Evaluation of a server's days. */
export interface EvaluatedDays extends Evaluation {
  /** Why the product reconciles nothing; null where it does. */
  readonly unsupported: string | null;
  /** Number of days before the first one that the asset store has. */
  readonly beforeStore: number;
  /** Starts of days that are not over, and of which the asset store has no nodes yet. */
  readonly begun: readonly number[];
  /** Costs of the evaluated days, by their starts. */
  readonly totals: ReadonlyMap<number, DayTotals>;
}

/** What is known of days that are not requested again. */
export interface KnownDays {
  readonly product: Product;
  /** Start of the oldest one, in milliseconds since 1970; null where there is none. */
  readonly first: number | null;
  /** Providers with a bill on one of them. */
  readonly billed: ReadonlySet<string>;
}

interface EvaluationOptions {
  readonly metric: CostMetric;
  readonly known?: KnownDays | null;
  /** The product, where it is known already. */
  readonly product?: Product;
}

/** The product that answers, found out with a part of the first day. */
export function productOf(client: Client, spans: readonly Span[]): Promise<Product> {
  const start = spans[0]?.start ?? 0;
  return detectProduct(client, { start, end: start + hour });
}

/**
 * Requests the evidence of UTC days and evaluates it. Days before the first stored one are left out.
 *
 * @param spans UTC days, oldest first; consecutive but for days that are known
 */
export async function evaluateDays(
  client: Client,
  spans: readonly Span[],
  { metric, known = null, ...given }: EvaluationOptions,
  context: Context,
): Promise<EvaluatedDays> {
  const { clock, signal } = context.deps;
  const product = known?.product ?? given.product ?? (await productOf(client, spans));
  const reconciles = product.name === 'kubecost';
  const end = spans.at(-1)?.end ?? 0;
  const source = createReconciliationSource({ client, product, metric, signal, end });
  const progress = await context.reporter.progress('reading assets and bills');
  try {
    const days = await collectEvidence(spans, source, {
      reconciles,
      onDay: (done) => progress.update(`reading assets and bills: ${done} of ${spans.length} days`),
    });
    const unread = days.find(({ eventsFailure }) => eventsFailure !== null)?.eventsFailure;
    if (unread) {
      await context.reporter.note(
        `the event log could not be read (${unread}): no state depends on it, but its Reconciled and ReconcileError ` +
          'events are missing from the evidence',
      );
    }
    const billing = reconciles ? await source.billing() : noBilling;
    const first = days.findIndex(
      (one) =>
        one.groups.size > 0 ||
        one.assetsFailure !== null ||
        one.day.start > (known?.first ?? Number.POSITIVE_INFINITY),
    );
    const beforeStore = first < 0 ? days.length : first;
    const unsupported = reconciles ? null : notReconciling;
    const isBegun = ({ day, groups, assetsFailure }: (typeof days)[number]) =>
      day.end > clock.now() && groups.size === 0 && assetsFailure === null;
    const later = days.slice(beforeStore);
    const stored = later.filter((one) => !isBegun(one));
    return {
      unsupported,
      begun: later.filter(isBegun).map(({ day }) => day.start),
      ...evaluateReconciliation(stored, {
        ...{ now: clock.now(), unsupported, billing },
        ...(known && { billed: known.billed }),
      }),
      beforeStore,
      totals: new Map(stored.map((one) => [one.day.start, totalsOf(one)])),
    };
  } finally {
    progress.stop();
  }
}

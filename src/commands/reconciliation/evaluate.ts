import type { Client } from '../../kubecost/client.ts';
import { detectProduct } from '../../kubecost/product.ts';
import type { CostMetric } from '../../kubecost/schemas/cloud-cost.ts';
import type { Billing } from '../../reconciliation/billing.ts';
import { collectEvidence } from '../../reconciliation/collect.ts';
import { type Evaluation, evaluateReconciliation } from '../../reconciliation/evaluate.ts';
import { hour, type Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { createReconciliationSource } from './source.ts';

const notReconciling = 'OpenCost does not reconcile costs with the cloud bill';

const noBilling: Billing = { integrations: null, providers: null, failure: null };

/** Evaluation of a server's days. */
export interface EvaluatedDays extends Evaluation {
  /** Why the product reconciles nothing; null where it does. */
  readonly unsupported: string | null;
  /** Number of days before the first one that the asset store has. */
  readonly beforeStore: number;
}

/**
 * Requests the evidence of UTC days and evaluates it. Days before the first stored one are left out.
 *
 * @param spans consecutive UTC days, oldest first
 */
export async function evaluateDays(
  client: Client,
  spans: readonly Span[],
  metric: CostMetric,
  context: Context,
): Promise<EvaluatedDays> {
  const { clock, signal } = context.deps;
  const start = spans[0]?.start ?? 0;
  const product = await detectProduct(client, { start, end: start + hour });
  const reconciles = product.name === 'kubecost';
  const end = spans.at(-1)?.end ?? start;
  const source = createReconciliationSource({ client, product, metric, signal, end });
  const progress = await context.reporter.progress('reading assets and bills');
  try {
    const days = await collectEvidence(spans, source, {
      reconciles,
      onDay: (done) => progress.update(`reading assets and bills: ${done} of ${spans.length} days`),
    });
    const billing = reconciles ? await source.billing() : noBilling;
    const first = days.findIndex((one) => one.groups.size > 0 || one.assetsFailure !== null);
    const beforeStore = first < 0 ? days.length : first;
    const unsupported = reconciles ? null : notReconciling;
    const stored = days.slice(beforeStore);
    return {
      unsupported,
      ...evaluateReconciliation(stored, { now: clock.now(), unsupported, billing }),
      beforeStore,
    };
  } finally {
    progress.stop();
  }
}

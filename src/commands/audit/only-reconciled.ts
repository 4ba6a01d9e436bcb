import { windowsOf } from '../../audits/local/windows.ts';
import { DataError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import type { Product } from '../../kubecost/product.ts';
import type { CostMetric } from '../../kubecost/schemas/cloud-cost.ts';
import { plural } from '../../output/format.ts';
import { reconciledDays } from '../../reconciliation/newest.ts';
import { stateNames } from '../../reconciliation/states.ts';
import type { Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { evaluateDays, productOf } from '../reconciliation/evaluate.ts';

interface Scope {
  readonly span: Span;
  /** Where it is known already. */
  readonly product?: Product | undefined;
  readonly cluster: string | null;
  readonly metric: CostMetric;
}

/** Days of a window, and the product that was found on the way. */
export interface OnlyReconciled {
  /** Starts of the days. */
  readonly days: ReadonlySet<number>;
  readonly product: Product;
}

/**
 * The days of a window that are reconciled in every cluster; a note names the others.
 *
 * @throws DataError where no day is
 */
export async function onlyReconciledDays(
  client: Client,
  { span, cluster, metric, ...given }: Scope,
  context: Context,
): Promise<OnlyReconciled> {
  const spans = windowsOf(span, '1d');
  const product = given.product ?? (await productOf(client, spans));
  const evaluated = await evaluateDays(client, spans, { metric, product }, context);
  const isWanted = (one: { readonly cluster: string | null }) =>
    cluster === null || one.cluster === null || one.cluster === cluster;
  const wanted = {
    days: evaluated.days.filter(isWanted),
    unavailable: evaluated.unavailable.filter(isWanted),
  };
  const kept = new Set(reconciledDays(wanted));
  const states = [...stateNames].reverse();
  const leftOut = spans
    .map(({ start }) => start)
    .filter((start) => !kept.has(start))
    .map((start) => {
      const own = wanted.days.filter((one) => Date.parse(one.window.start) === start);
      const state = states.find((name) => own.some((one) => one.state === name)) ?? 'unknown';
      return `${new Date(start).toISOString().slice(0, 10)} (${state})`;
    });
  if (kept.size === 0) {
    const why = evaluated.unsupported ?? leftOut.join(', ');
    throw new DataError(
      `--only-reconciled: no day of the window is reconciled: ${why}`,
      'see the evidence: kc-etl reconciliation',
    );
  }
  if (leftOut.length > 0) {
    const count = `${leftOut.length} of ${plural(spans.length, 'day')}`;
    await context.reporter.note(`--only-reconciled: ${count} left out: ${leftOut.join(', ')}`);
  }
  return { days: kept, product };
}

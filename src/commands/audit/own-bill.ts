import type { RowCollector } from '../../audits/local/audit-window.ts';
import type { LocalRun, WindowLook } from '../../audits/local/run.ts';
import type { BillAudit } from '../../bills/bill-audit.ts';
import type { BillFile } from '../../bills/bill-file.ts';
import type { BillMetric } from '../../bills/bill-line.ts';
import { bothSinks } from '../../costs/responses.ts';
import type { Client } from '../../kubecost/client.ts';
import { serverCurrency } from '../../kubecost/currency.ts';
import type { Product } from '../../kubecost/product.ts';
import type { Context } from '../command.ts';
import type { LocalOptions } from './local-options.ts';

/** The files that `--bill` names; what is wrong with their names is said before any request. */
export async function billFilesOf(
  paths: readonly string[],
  { deps }: Context,
): Promise<readonly BillFile[]> {
  if (paths.length === 0) return [];
  const { billFiles } = await import('./bill-files.ts');
  return billFiles(paths, deps.io.stdin);
}

/** The default of `--cost-metric` leaves it to what a day's assets are: estimates or reconciled. */
const billMetricOf: Readonly<Record<LocalOptions['costMetric'], BillMetric | null>> = {
  amortizedNetCost: null,
  amortizedCost: 'amortized',
  netCost: 'net',
  listCost: 'list',
  invoicedCost: 'net',
};

/** The audit of assets against these files; null where there are none. */
export async function billAuditOf(
  files: readonly BillFile[],
  { cluster, costMetric }: LocalOptions,
  { client, product }: { readonly client: Client; readonly product: Product },
): Promise<BillAudit | null> {
  if (files.length === 0) return null;
  const { BillAudit } = await import('../../bills/bill-audit.ts');
  return new BillAudit({
    files,
    metric: billMetricOf[costMetric],
    isEstimate: product.name === 'opencost',
    currency: product.name === 'kubecost' ? await serverCurrency(client, product) : null,
    cluster,
  });
}

/** A collector that keeps the assets of the first look for the bill, too. */
export function withBill(
  collector: RowCollector,
  bill: BillAudit | null,
  { span, look }: WindowLook,
): RowCollector {
  if (bill === null || look === 'second') return collector;
  const assets = bill.collector(span);
  return {
    sink(request) {
      const [own, kept] = [collector.sink(request), assets.sink(request)];
      return own && kept ? bothSinks(own, kept) : (own ?? kept);
    },
  };
}

/** The run with its audits against the bill, which is read here. */
export async function completeFromBill(
  run: LocalRun,
  bill: BillAudit,
  { deps, reporter }: Context,
): Promise<LocalRun> {
  const lastRun = new Date(deps.clock.now()).toISOString();
  const { audits, notes, failure } = await bill.complete(run.audits, lastRun);
  for (const note of notes) await reporter.note(note);
  return { audits, failures: failure === null ? run.failures : [...run.failures, failure] };
}

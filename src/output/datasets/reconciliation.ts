import type { ReconciliationReport } from '../../reconciliation/schema.ts';
import { datasetColumns } from './columns.ts';
import type { Dataset } from './dataset.ts';

/** Rows of the days, one per cluster and provider; days of unknown state last. */
export function reconciliationDataset(report: ReconciliationReport): Dataset {
  const days = report.days.map(({ window, cluster, provider, state, until, billed, evidence }) => [
    window.start,
    window.end,
    cluster,
    provider,
    state,
    until,
    billed.cost,
    billed.total,
    billed.share,
    evidence.map(({ fact }) => fact).join('; '),
  ]);
  const unavailable = report.unavailable.map(({ window, cluster, provider, reason }) => [
    window.start,
    window.end,
    cluster,
    provider,
    'unavailable',
    null,
    null,
    null,
    null,
    reason,
  ]);
  return {
    title: 'Reconciliation',
    columns: datasetColumns.reconciliation,
    numeric: ['billedCost', 'totalCost', 'share'],
    times: ['until'],
    rows: [...days, ...unavailable],
  };
}

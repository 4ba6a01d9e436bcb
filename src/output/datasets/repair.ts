import type { RepairReport } from '../../repair/schema.ts';
import { datasetColumns } from './columns.ts';
import type { Dataset } from './dataset.ts';

/** Rows of the steps of a repair. */
export function repairDataset({ steps }: RepairReport): Dataset {
  return {
    title: 'Repair',
    columns: datasetColumns.repair,
    times: ['deadline'],
    numeric: ['order', 'hours', 'present', 'rowsBefore', 'costBefore', 'rowsAfter', 'costAfter'],
    rows: steps.map((step) => [
      step.order,
      step.store,
      step.window.start,
      step.window.end,
      step.state,
      step.reason,
      step.deadline,
      step.metrics?.hours ?? null,
      step.metrics?.present ?? null,
      step.before?.rows ?? null,
      step.before?.cost ?? null,
      step.after?.rows ?? null,
      step.after?.cost ?? null,
    ]),
  };
}

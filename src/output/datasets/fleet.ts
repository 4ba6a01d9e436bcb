import type { FleetReport } from '../../fleet/schema.ts';
import { datasetColumns } from './columns.ts';
import type { Dataset } from './dataset.ts';

/** Rows of the clusters; servers without data have no cluster. */
export function fleetDataset({ clusters }: FleetReport): Dataset {
  return {
    title: 'Fleet',
    columns: datasetColumns.fleet,
    numeric: ['missing'],
    rows: clusters.map((one) => [
      one.cluster,
      one.server,
      one.product,
      one.version,
      one.state,
      one.lastDay,
      one.missingDays.length,
      one.missingDays.join(' '),
      one.reconciledUntil,
      one.detail,
    ]),
  };
}

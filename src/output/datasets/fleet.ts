import type { FleetReport } from '../../fleet/schema.ts';
import type { Dataset } from './dataset.ts';

/** Rows of the clusters; servers without data have no cluster. */
export function fleetDataset({ clusters }: FleetReport): Dataset {
  return {
    title: 'Fleet',
    columns: [
      'cluster',
      'server',
      'product',
      'version',
      'state',
      'lastDay',
      'missing',
      'missingDays',
      'reconciledUntil',
      'detail',
    ],
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

import type { EventKind } from '../../events/kinds.ts';
import type { TypesReport } from '../result.ts';
import { datasetColumns } from './columns.ts';
import type { Dataset } from './dataset.ts';

export function kindDataset(kinds: readonly EventKind[]): Dataset {
  return {
    title: 'Event kinds',
    columns: datasetColumns.kinds,
    rows: kinds.map(({ kind, store, step, description }) => [kind, store, step, description]),
  };
}

export function typeDataset(types: TypesReport['types']): Dataset {
  return {
    title: 'Audit types',
    columns: datasetColumns.types,
    rows: types.map(({ type, short, field, keys, description }) => [
      type,
      short,
      field,
      keys.join(', '),
      description,
    ]),
  };
}

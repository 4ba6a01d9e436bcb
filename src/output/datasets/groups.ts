import type { GroupsReport, RatesReport } from '../../events/groups-schema.ts';
import { datasetColumns } from './columns.ts';
import type { Cell, Dataset } from './dataset.ts';

/** A row for each group; the columns follow from what it is grouped by. */
export function groupDataset({ groups, groupBy }: GroupsReport): Dataset {
  const rows = groups.map((group): Cell[] => {
    if ('hour' in group) return [group.hour, group.count];
    if ('kind' in group) return [group.kind, group.store, group.count, group.first, group.last];
    const { window, store, size, saved, loaded, lastSaved } = group;
    const { totaledAfter, aggregatedAfter, reconciledAfter, errors, deleted } = group;
    const after = [totaledAfter, aggregatedAfter, reconciledAfter];
    return [
      window.start,
      window.end,
      store,
      size,
      saved,
      loaded,
      lastSaved,
      ...after,
      errors,
      deleted,
    ];
  });
  return { title: `Events by ${groupBy}`, ...columnsOf[groupBy], rows };
}

const columnsOf = {
  hour: { columns: datasetColumns.groupsByHour, numeric: ['count'], times: ['hour'] },
  kind: { columns: datasetColumns.groupsByKind, numeric: ['count'], times: ['first', 'last'] },
  window: {
    columns: datasetColumns.groupsByWindow,
    times: ['lastSaved'],
    numeric: [
      'size',
      'saved',
      'loaded',
      'totaledAfter',
      'aggregatedAfter',
      'reconciledAfter',
      'errors',
    ],
  },
} as const;

export function rateDataset({ rates, from, to }: RatesReport): Dataset {
  return {
    title: `Counters from ${from} to ${to}`,
    columns: datasetColumns.rates,
    numeric: ['before', 'after', 'delta', 'perHour'],
    rows: rates.map(({ kind, before, after, delta, perHour, restarted }) => [
      kind,
      before,
      after,
      delta,
      perHour,
      restarted ? 'yes' : 'no',
    ]),
  };
}

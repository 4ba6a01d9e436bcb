import type { Event } from '../../events/schema.ts';
import { datasetColumns } from './columns.ts';
import type { Cell, Dataset } from './dataset.ts';

/** The event log, oldest first; read while it is written, so that one of any size fits. */
export function eventDataset(events: Iterable<Event>): Dataset {
  return {
    title: 'Events',
    columns: datasetColumns.events,
    numeric: ['size'],
    times: ['time'],
    rows: eventRows(events),
  };
}

function* eventRows(events: Iterable<Event>): Generator<readonly Cell[]> {
  for (const { time, store, kind, window, size } of events) {
    yield [time, store, kind, window?.start ?? null, window?.end ?? null, size];
  }
}

export function counterDataset(counters: ReadonlyMap<string, number>): Dataset {
  return {
    title: 'Counters since the server started',
    columns: datasetColumns.counters,
    numeric: ['count'],
    rows: [...counters].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

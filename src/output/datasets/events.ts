import type { Event } from '../../events/schema.ts';
import type { Cell, Dataset } from './dataset.ts';

/** The event log, oldest first; read while it is written, so that one of any size fits. */
export function eventDataset(events: Iterable<Event>): Dataset {
  return {
    title: 'Events',
    columns: ['time', 'store', 'kind', 'windowStart', 'windowEnd', 'size'],
    numeric: ['size'],
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
    columns: ['kind', 'count'],
    numeric: ['count'],
    rows: [...counters].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

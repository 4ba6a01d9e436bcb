import { formatTime, hour } from '../time.ts';
import type { Grouping } from './groupings.ts';
import type { Group } from './groups-schema.ts';
import type { Step } from './kinds.ts';
import type { SetHistories } from './set-histories.ts';
import type { SetHistory } from './set-history.ts';

/** Groups of a log by set, kind or hour, in order of window, name or time. */
export function groupsOf(log: SetHistories, by: Grouping): Group[] {
  switch (by) {
    case 'window':
      return [...log]
        .sort((a, b) => a.start - b.start || a.end - b.end || (a.store < b.store ? -1 : 1))
        .map(setGroup);
    case 'kind':
      return log.tally.kinds
        .filter(({ count }) => count > 0)
        .sort((a, b) => (a.kind < b.kind ? -1 : 1))
        .map(({ store, kind, count, first, last }) => {
          return { store, kind, count, first: formatTime(first), last: formatTime(last) };
        });
    case 'hour':
      return log.tally.hours
        .sorted()
        .map(([at, count]) => ({ hour: formatTime(at * hour), count }));
  }
}

function setGroup(history: SetHistory): Group {
  const ready = Math.max(history.last('Saved'), history.last('Loaded'));
  const after = (step: Step) => {
    const seconds = (history.last(step) - ready) / 1000;
    return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) / 1000 : null;
  };
  return {
    store: history.store,
    window: { start: formatTime(history.start), end: formatTime(history.end) },
    size: history.size,
    saved: history.count('Saved'),
    loaded: history.count('Loaded'),
    lastSaved: moment(history.last('Saved')),
    totaledAfter: after('Totaled'),
    aggregatedAfter: after('Aggregated'),
    reconciledAfter: after('Reconciled'),
    errors: history.count('ComputeError') + history.count('ReconcileError'),
    deleted: moment(history.last('DeletedEvent')),
  };
}

function moment(time: number): string | null {
  return Number.isFinite(time) ? formatTime(time) : null;
}

import { momentText } from './coverage/time-text.ts';
import type { Grouping } from './groupings.ts';
import type { Group } from './groups-schema.ts';
import type { Step } from './kinds.ts';
import type { SetHistories, SetHistory } from './set-histories.ts';

const hour = 3_600_000;

/** The log folded by set, by kind or by hour, in order of window, name or time. */
export function groupsOf(log: SetHistories, by: Grouping): Group[] {
  switch (by) {
    case 'window':
      return [...log]
        .sort((a, b) => a.start - b.start || a.end - b.end || (a.store < b.store ? -1 : 1))
        .map(lifeGroup);
    case 'kind':
      return log.tally.kinds
        .filter(({ count }) => count > 0)
        .sort((a, b) => (a.kind < b.kind ? -1 : 1))
        .map(({ store, kind, count, first, last }) => {
          return { store, kind, count, first: momentText(first), last: momentText(last) };
        });
    case 'hour':
      return log.tally.hours
        .sorted()
        .map(([at, count]) => ({ hour: momentText(at * hour), count }));
  }
}

function lifeGroup(life: SetHistory): Group {
  const ready = Math.max(life.last('Saved'), life.last('Loaded'));
  const after = (step: Step) => {
    const seconds = (life.last(step) - ready) / 1000;
    return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) / 1000 : null;
  };
  return {
    store: life.store,
    window: { start: momentText(life.start), end: momentText(life.end) },
    size: life.size,
    saved: life.count('Saved'),
    loaded: life.count('Loaded'),
    lastSaved: moment(life.last('Saved')),
    totaledAfter: after('Totaled'),
    aggregatedAfter: after('Aggregated'),
    reconciledAfter: after('Reconciled'),
    errors: life.count('ComputeError') + life.count('ReconcileError'),
    deleted: moment(life.last('DeletedEvent')),
  };
}

function moment(time: number): string | null {
  return Number.isFinite(time) ? momentText(time) : null;
}

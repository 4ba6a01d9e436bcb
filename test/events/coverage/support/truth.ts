import type { DataStatus, Evidence, Presence } from '../../../../src/events/coverage/evidence.ts';
import type { StoreFile } from '../../../../src/events/coverage/store-files.ts';
import { SetHistories } from '../../../../src/events/set-histories.ts';
import { day, formatTime, hour, minute } from '../../../../src/time.ts';
import { directoryOf, metricsOf } from './evidence.ts';

/** What really happened to a daily set of assets. */
export type Fate = 'ok' | 'failed' | 'empty' | 'unfinished' | 'absent' | 'repaired';

/** A store and its pipeline, from which every source is derived. Times in milliseconds since 1970. */
export interface Truth {
  /** Oldest first, one per day; the first starts at `start`. */
  readonly fates: readonly Fate[];
  readonly start: number;
  readonly now: number;
  /** Number of the day on which the server process started: older sets were only loaded. */
  readonly startDay: number;
  /** Number of the day before which the log is cut; 0 for the whole log. */
  readonly cutDay: number;
  /** A change of `utcOffset`: sets from this number on start so much later, or earlier where it is below 0. */
  readonly change: { readonly day: number; readonly shift: number } | null;
}

const exists = (fate: Fate) => fate !== 'absent' && fate !== 'failed';
const endOf = ({ start, change }: Truth, i: number) =>
  start + (i + 1) * day + (change && i >= change.day ? change.shift : 0);
/** The pipeline saves a set every six hours, and the last time half an hour after its end. */
const savesOf = (truth: Truth, i: number): number[] => {
  const end = endOf(truth, i);
  const early = [6, 12].map((hours) => end - day + hours * hour);
  const times = truth.fates[i] === 'unfinished' ? early : [...early, end + 30 * minute];
  return times.filter((time) => time <= truth.now);
};

/** The log: loads of what existed at the start, then steps of every set, cut at the old end. */
export function logOf(truth: Truth): SetHistories {
  const log = new SetHistories({ maxTime: truth.now + day });
  const counters = new Map<string, number>();
  const cut = truth.start + truth.cutDay * day;
  const add = (i: number, step: string, time: number, size: number | null = 7) => {
    const kind = `AssetSet${step}`;
    counters.set(kind, (counters.get(kind) ?? 0) + 1);
    if (time < cut) return;
    const window = { start: formatTime(endOf(truth, i) - day), end: formatTime(endOf(truth, i)) };
    const metadata = step.endsWith('Error') ? { error: 'query timed out' } : {};
    log.addEvent({ store: 'asset', kind, time: formatTime(time), window, size, metadata });
  };
  for (const [i, fate] of truth.fates.entries()) {
    const size = fate === 'empty' ? 0 : 7;
    if (i < truth.startDay) {
      if (exists(fate)) add(i, 'Loaded', endOf(truth, truth.startDay - 1), size);
      continue;
    }
    if (fate === 'absent') continue;
    const saves = savesOf(truth, i);
    if (fate === 'failed') {
      for (const time of saves) add(i, 'ComputeError', time, null);
      continue;
    }
    const [first] = saves;
    if (fate === 'repaired' && first !== undefined) {
      add(i, 'ComputeError', first - hour, null);
      add(i, 'ReconcileError', first - minute, null);
    }
    for (const time of saves) add(i, 'Saved', time, size);
  }
  log.setCounters(counters);
  return log;
}

/** The files that exist now, each written by its last save; a failed set has a file with an error. */
export function statusOf(truth: Truth): Evidence['status'] {
  const files = truth.fates.flatMap((fate, i): StoreFile[] => {
    if (fate === 'absent') return [];
    const end = endOf(truth, i);
    const modified = savesOf(truth, i).at(-1);
    if (modified === undefined) return [];
    return [
      {
        store: 'asset',
        start: end - day,
        end,
        directory: 'assets/1d',
        size: 100,
        modified,
        repairing: false,
        errors: fate === 'failed' ? ['query timed out'] : [],
        warnings: fate === 'empty' ? ['set is empty'] : [],
      },
    ];
  });
  const pipeline = {
    store: 'asset',
    resolution: 'day',
    coverage: null,
    lastRun: truth.now - 5 * minute,
    refreshRate: hour,
    progress: 1,
  } as const;
  return { pipelines: [pipeline], directories: [directoryOf('assets/1d', files)], remarks: [] };
}

/** What the cost API answers for each day: rows until now or, unfinished, the last save. */
export function presenceOf(truth: Truth): Presence[] {
  return truth.fates.map((fate, i) => {
    const end = endOf(truth, i);
    const lastSave = savesOf(truth, i).at(-1) ?? 0;
    const until = fate === 'unfinished' ? lastSave : Math.min(end, truth.now);
    const hasRows = exists(fate) && fate !== 'empty' && until > end - day;
    return {
      store: 'asset',
      start: end - day,
      end,
      rows: hasRows ? 5 : null,
      dataRows: hasRows ? 5 : 0,
      from: hasRows ? end - day : null,
      until: hasRows ? until : null,
      cost: hasRows ? 10 : 0,
      cpuHours: hasRows ? 24 : 0,
      endedEarly: new Map(hasRows && until < end - hour ? [['one', until]] : []),
    };
  });
}

/** The gauges count the sets that exist by status. */
export function gaugesOf(truth: Truth): Evidence['metrics'] {
  const begun = truth.fates.filter((_, i) => savesOf(truth, i).length > 0);
  const count = (status: DataStatus['status'], ...fates: Fate[]) => ({
    status,
    count: begun.filter((fate) => fates.includes(fate)).length,
  });
  return metricsOf(
    count('success', 'ok', 'unfinished', 'repaired'),
    count('empty', 'empty'),
    count('error', 'failed'),
  );
}

import { stepOf, stores } from '../kinds.ts';
import type { SetHistories } from '../set-histories.ts';
import type { Evidence } from './evidence.ts';
import { clockText } from './facts.ts';
import { phaseChanges, utcOffset } from './grid.ts';
import type { EvaluatedTimeline } from './issue.ts';
import { lengthOf, resolutions } from './state.ts';

const maxListed = 5;

/** What the sources report and no set of the calendar shows, as sentences. */
export function notesOf(
  { log, status, metrics }: Evidence,
  timelines: readonly EvaluatedTimeline[],
): string[] {
  return [
    ...(log ? logNotes(log) : []),
    ...(status?.remarks ?? []),
    ...(metrics?.remarks ?? []),
    ...(log ? [] : countedErrors(metrics)),
    ...new Set(timelines.flatMap(timelineNotes)),
    ...unnamedStores(timelines),
    ...(log && isHourlyStoreOff(log, timelines) ? [hourlyStoreOff] : []),
  ];
}

/** Error events that only a counter shows, because there is no log. */
function countedErrors(metrics: Evidence['metrics']): string[] {
  return [...(metrics?.errorEvents ?? [])].map(
    ([kind, events]) => `/metrics counts ${count(events, kind)} since the server started`,
  );
}

/** Stores of which nothing is known while the sets of the other are. */
function unnamedStores(timelines: readonly EvaluatedTimeline[]): string[] {
  const named = new Set(
    timelines.flatMap(({ timeline }) => (timeline.newest === null ? [] : [timeline.store])),
  );
  const all = new Set(timelines.map(({ timeline }) => timeline.store));
  if (named.size === 0) return [];
  return [...all]
    .filter((store) => !named.has(store))
    .map((store) => `no source names a set of the ${store} store: its state is unknown`);
}

const hourlyStoreOff =
  'no hourly sets are kept: the log has no save of one, as where hourly sets are switched off';

function isHourlyStoreOff(log: SetHistories, timelines: readonly EvaluatedTimeline[]): boolean {
  if (timelines.some(({ timeline }) => timeline.resolution === 'hour')) return false;
  for (const { start, end } of log) if (end - start === lengthOf.hour) return true;
  return false;
}

function logNotes(log: SetHistories): string[] {
  const notes: string[] = [];
  const { implausible, implausibleWindows } = log;
  if (implausible.count > 0) {
    notes.push(
      `left out ${count(implausible.count, 'event')} with an impossible time, such as ${implausible.kind} at ${yearText(implausible.time)}`,
    );
  }
  if (implausibleWindows > 0) {
    notes.push(`left out ${count(implausibleWindows, 'event')} with an impossible window`);
  }
  const unknown = log.tally.kinds.filter(
    ({ store, kind }) => stores.some((known) => known === store) && stepOf(kind) === null,
  );
  if (unknown.length > 0) {
    const names = unknown.map(({ kind, count: events }) => `${kind} (${events})`);
    notes.push(`kinds of events unknown to kc-etl: ${listed(names)}`);
  }
  let others = 0;
  for (const { start, end } of log) {
    if (!resolutions.some((resolution) => end - start === lengthOf[resolution])) others++;
  }
  if (others > 0) {
    notes.push(
      `${count(others, 'set')} of another length than a day or an hour ${others === 1 ? 'is' : 'are'} in no calendar`,
    );
  }
  return notes;
}

function timelineNotes({ timeline, staleness }: EvaluatedTimeline): string[] {
  const { store, resolution, starts, leftovers, abandoned, sparse } = timeline;
  const notes: string[] = [];
  const kept = starts.slice(leftovers);
  if (leftovers > 0) {
    const sets = count(leftovers, 'set');
    notes.push(
      `${store} ${resolution}: ${sets} from ${clockText(starts[0] ?? 0)} ${leftovers === 1 ? 'is' : 'are'} far older than all others and left out`,
    );
  }
  if (resolution === 'day') notes.push(...offsetNotes(kept));
  for (const { files } of abandoned) {
    const last = files.starts().at(-1) ?? 0;
    notes.push(
      `${store} ${resolution}: ${files.directory} has no set after ${clockText(last + lengthOf[resolution])}; it is no longer written`,
    );
  }
  for (const { files } of sparse) {
    notes.push(
      `${store} ${resolution}: ${files.directory} has more gaps than files and is not compared`,
    );
  }
  const { progress } = staleness;
  if (progress !== null && progress < 1) {
    notes.push(
      `${store} ${resolution}: the pipeline reports progress ${Math.floor(100 * progress)} %`,
    );
  }
  return notes;
}

function offsetNotes(starts: readonly number[]): string[] {
  const changes = phaseChanges(starts);
  if (changes.length <= maxListed) {
    return changes.map(({ at, from, to, uncovered }) => {
      const change = `utcOffset changed from ${from} to ${to} on ${clockText(at).slice(0, 10)}`;
      if (!uncovered) return change;
      return `${change}; no set covers ${clockText(uncovered.start)} to ${clockText(uncovered.end)}`;
    });
  }
  const offsets = [...new Set(starts.map(utcOffset))];
  return [`sets of several utcOffsets overlap: ${listed(offsets)}`];
}

function yearText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString();
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - maxListed;
  return names.slice(0, maxListed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

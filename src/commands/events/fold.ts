import type { EventFilter } from '../../events/filter.ts';
import type { Grouping } from '../../events/groupings.ts';
import { groupsOf } from '../../events/groups.ts';
import type { RatesReport } from '../../events/groups-schema.ts';
import { EventLog } from '../../events/log.ts';
import { type CountersAt, ratesOf } from '../../events/rates.ts';
import { SetHistories } from '../../events/set-histories.ts';
import type { Client } from '../../kubecost/client.ts';
import type { Context, Outcome } from '../command.ts';
import { type LogQuery, readLog } from './read-log.ts';

/** `--group-by`: the newest groups of a log. */
export async function grouped(
  client: Client,
  query: LogQuery,
  grouping: { readonly filter: EventFilter; readonly by: Grouping; readonly newest: number },
): Promise<Outcome> {
  const { filter, by } = grouping;
  const { sink, remarks } = await readLog(client, query, () => new SetHistories({ filter }));
  const groups = groupsOf(sink, by);
  const shown = Number.isFinite(grouping.newest)
    ? groups.slice(-grouping.newest || groups.length)
    : groups;
  const notes =
    groups.length === 0
      ? ['no events match']
      : shown.length < groups.length
        ? [`the last ${shown.length} of ${groups.length}; more with --limit`]
        : [];
  return {
    exitCode: 0,
    notes: [...remarks, ...notes],
    result: {
      kind: 'groups',
      report: {
        schemaVersion: 1,
        server: client.server,
        groupBy: by,
        groups: shown,
        total: groups.length,
      },
    },
  };
}

export interface RatesRequest {
  readonly query: LogQuery;
  readonly filter: EventFilter;
  /** A saved log to compare with, or the pause between two requests in milliseconds. */
  readonly before: { readonly saved: string } | { readonly interval: number };
}

/** `--counters` at two times, and their rate. */
export async function rates(
  client: Client,
  { query, filter, before }: RatesRequest,
  context: Context,
): Promise<Outcome> {
  const { clock, signal } = context.deps;
  const read = async (from: Client): Promise<CountersAt> => {
    const { sink } = await readLog(from, query, () => new EventLog(filter, 0));
    return { time: clock.now(), counters: sink.counters };
  };
  let first: CountersAt;
  if ('saved' in before) first = await readSaved(before.saved, read, context);
  else {
    first = await read(client);
    const progress = await context.reporter.progress('waiting for the counters to change');
    await clock.sleep(before.interval, signal).finally(progress.stop);
  }
  const report: RatesReport = { ...ratesOf(first, await read(client)), server: client.server };
  return { exitCode: 0, result: { kind: 'rates', report } };
}

/** The time of a recording is known; a file is as old as the system says. */
async function readSaved(
  path: string,
  read: (client: Client) => Promise<CountersAt>,
  { deps, reporter }: Context,
): Promise<CountersAt> {
  const { isDirectory, savedAt, savedFileClient } = await import(
    '../../kubecost/record/saved-file.ts'
  );
  if (path !== '-' && (await isDirectory(path))) {
    const { openReplay } = await import('../../kubecost/record/replay.ts');
    const { client, recorded } = await openReplay(path);
    return { ...(await read(client)), time: recorded };
  }
  const { counters } = await read(savedFileClient(path, deps.io.stdin));
  const time = path === '-' ? deps.clock.now() : await savedAt(path);
  await reporter.note(`${path} was written at ${new Date(time).toISOString().slice(0, 19)}Z`);
  return { counters, time };
}

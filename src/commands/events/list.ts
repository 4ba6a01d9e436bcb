import { UsageError } from '../../errors.ts';
import { eventKinds } from '../../events/kinds.ts';
import { EventLog } from '../../events/log.ts';
import type { Client } from '../../kubecost/client.ts';
import { nearest } from '../../nearest.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { parseWindowOption, resolveWindow } from '../window-option.ts';
import { type ListOptions, listOptions } from './list-options.ts';
import { localClusterNotes } from './local-cluster.ts';
import { type LogQuery, NoEventLogError, readLog } from './read-log.ts';

/** `events list`: the event log with its counters. */
export const eventsList = defineCommand({
  examples: [
    'kc-etl events --window 7d --kind AssetSet',
    'kc-etl events --errors --limit all',
    'kc-etl events --errors --follow --exit-on error',
    'kc-etl events --group-by window --kind AllocationSet',
    'kc-etl events --counters --interval 1m',
    "kc-etl events -o ndjson | jq -r '[.time, .kind, .size] | @tsv'",
  ],
  options: listOptions,
  prints: 'events',
  run: async (values, context) => {
    try {
      return await listEvents(values, context);
    } catch (error) {
      if (!(error instanceof NoEventLogError)) throw error;
      const { pastedCommand } = await import('../pasted-command.ts');
      const coverage = await pastedCommand('events coverage', context.cliOptions);
      throw new NoEventLogError(error.server, coverage);
    }
  },
});

const tableLimit = 50;

async function listEvents(values: ListOptions, context: Context): Promise<Outcome> {
  const { globals } = context;
  await checkFollow(values, context);
  const request = await parseWindowOption(values, context);
  await noteUnknownKinds(values.kind, context);
  const client = await context.connect();
  const window = await resolveWindow(request, () => [client], context);
  const forPeople = !globals.json && (globals.output === 'table' || globals.output === 'wide');
  const limit = values.limit ?? (forPeople ? tableLimit : 'all');
  const newest = values.counters === 'only' ? 0 : limit === 'all' ? undefined : limit;
  const store = values.store === 'both' ? null : values.store;
  const query = { window: window?.query ?? null, kinds: values.kind, store };
  const filter = { kinds: values.kind, store, errors: values.errors };
  if (values.follow) {
    const { followEvents } = await import('./follow-list.ts');
    return followEvents(values, { client, window, query, filter, newest }, context);
  }
  const span = window?.span ?? null;
  if (values.groupBy !== 'none') {
    const { grouped } = await import('./fold.ts');
    const grouping = { filter, by: values.groupBy, newest: newest ?? Number.POSITIVE_INFINITY };
    return grouped(client, { ...query, span }, grouping);
  }
  const before = values.counters === 'only' ? countersBefore(values, context) : null;
  if (before) {
    const { rates } = await import('./fold.ts');
    return rates(client, { query, filter, before }, context);
  }
  const log = await readEvents(client, { ...query, span }, () => new EventLog(filter, newest), {
    forPeople: forPeople && !globals.quiet,
    context,
  });
  if (log.total === 0) await context.reporter.note('no events match');
  else if (typeof limit === 'number' && limit < log.total && values.counters !== 'only') {
    await context.reporter.note(`the newest ${limit} of ${log.total} events; more with --limit`);
  }
  return {
    exitCode: 0,
    result: {
      kind: 'events',
      report: {
        server: client.server,
        query,
        counters: values.counters === 'without' ? new Map() : log.counters,
        events: values.counters === 'only' ? null : log,
        total: log.total,
      },
    },
  };
}

/** The log, with notes about what could not be read and about clusters that it does not cover. */
async function readEvents(
  client: Client,
  query: LogQuery,
  emptyLog: () => EventLog,
  { forPeople, context: { reporter } }: { readonly forPeople: boolean; readonly context: Context },
): Promise<EventLog> {
  const progress = await reporter.progress('reading the event log');
  const { sink, remarks } = await readLog(client, query, emptyLog).finally(progress.stop);
  // a program gets by with one request
  const notes = await localClusterNotes(client, forPeople);
  for (const note of [...remarks, ...notes]) await reporter.note(note);
  return sink;
}

/** What the counters are compared with; null where they are only shown. */
function countersBefore({ interval }: ListOptions, { globals, urls }: Context) {
  if (globals.from !== null && urls.length > 0) return { saved: globals.from };
  return interval === null ? null : { interval };
}

/** @throws UsageError where something is asked for that a log without an end cannot have */
async function checkFollow(
  { follow: isFollowing, counters, exitOn }: ListOptions,
  { globals }: Context,
): Promise<void> {
  if (!isFollowing) {
    if (exitOn === 'never') return;
    throw new UsageError('--exit-on needs --follow', 'add --follow, or leave the option out');
  }
  const format = globals.json ? 'json' : globals.output;
  const { formatsOf } = await import('../../output/render.ts');
  const offered = formatsOf('following');
  if (!offered.includes(format)) {
    throw new UsageError(
      `--follow: ${format} is printed after the whole log, and --follow never ends`,
      `use ${offered.join(', ')}`,
    );
  }
  if (globals.report.length > 0)
    throw new UsageError('--follow cannot be combined with --report: the report would never end');
  if (counters === 'only')
    throw new UsageError('--follow cannot be combined with --counters: it follows events');
}

async function noteUnknownKinds(kinds: readonly string[], { reporter }: Context): Promise<void> {
  for (const kind of kinds) {
    if (eventKinds.some((known) => known.kind.startsWith(kind))) continue;
    const near = nearest(
      kind,
      eventKinds.map((known) => known.kind),
    );
    await reporter.note(
      `no known event kind begins with '${kind}'${near ? `; the nearest is ${near}` : ''}`,
    );
  }
}

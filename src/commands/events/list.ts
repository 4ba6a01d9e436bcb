import {
  choice,
  commaSeparated,
  duration,
  flag,
  type Option,
  type OptionSet,
  parseBoolean,
  type Values,
} from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import { type Grouping, groupings } from '../../events/groupings.ts';
import { eventKinds, stores } from '../../events/kinds.ts';
import { EventLog } from '../../events/log.ts';
import { spanOf } from '../../kubecost/window.ts';
import { nearest } from '../../nearest.ts';
import { hour, type Span } from '../../time.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { parseWindowOption, resolveWindow, windowOptions } from '../window-option.ts';
import { localClusterNotes } from './local-cluster.ts';
import { NoEventLogError, readLog } from './read-log.ts';

const kindOption: Option<readonly string[]> = {
  flags: '-k, --kind <kind>',
  description: 'an event kind or its beginning, like AssetSet',
  values: eventKinds.map(({ kind }) => kind),
  repeatable: true,
  fallback: [],
  parse: (texts) => [...new Set(commaSeparated(texts))],
};

const limitOption: Option<number | 'all' | null> = {
  flags: '-n, --limit <n>',
  description: 'show only the newest n events, or all',
  fallback: null,
  fallbackText: '50 in table and wide, all elsewhere',
  parse: (texts, source) => {
    const text = texts.at(-1) ?? '';
    if (text === 'all') return 'all';
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new UsageError(
      `${source}: '${text}' is neither a whole number nor all`,
      "-n is --limit here; Kubecost's namespace is -N <name> (--kubecost-namespace)",
    );
  },
};

const countersOption: Option<'with' | 'only' | 'without'> = {
  flags: '--counters',
  description: 'only the counters',
  negation: { flags: '--no-counters', description: 'leave the counters out' },
  fallback: 'with',
  parse: (texts, source) => (parseBoolean(texts.at(-1) ?? '', source) ? 'only' : 'without'),
};

const options = {
  ...windowOptions,
  kind: kindOption,
  store: choice<'allocation' | 'asset' | 'both'>(
    {
      flags: '--store <store>',
      scope: 'events',
      description: 'only events of this store',
      fallback: 'both',
    },
    [...stores, 'both'],
  ),
  errors: flag({ flags: '--errors', description: 'only ComputeError and ReconcileError' }),
  limit: limitOption,
  counters: countersOption,
  follow: flag({ flags: '-f, --follow', description: 'keep printing new events as they appear' }),
  interval: duration<null>({
    flags: '--interval <duration>',
    description:
      'between two polls with --follow; with --counters, between two readings, for rates',
    fallback: null,
    fallbackText: '10s with --follow',
  }),
  groupBy: choice<Grouping | 'none'>(
    {
      flags: '--group-by <what>',
      description: 'group the log by set (window), kind or hour',
      fallback: 'none',
    },
    [...groupings, 'none'],
  ),
  exitOn: choice<'error' | 'never'>(
    {
      flags: '--exit-on <event>',
      description: 'with --follow, exit with 1 at the first event of this kind',
      fallback: 'never',
    },
    ['error', 'never'],
  ),
} satisfies OptionSet;

type ListOptions = Values<typeof options>;

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
  options,
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
const defaultInterval = 10_000;

async function listEvents(values: ListOptions, context: Context): Promise<Outcome> {
  const { globals, reporter } = context;
  await checkFollow(values, context);
  const request = await parseWindowOption(values, context);
  await noteUnknownKinds(values.kind, context);
  const client = await context.connect();
  const window = await resolveWindow(request, () => [client], context);
  const forPeople = !globals.json && (globals.output === 'table' || globals.output === 'wide');
  const limit = values.limit ?? (forPeople ? tableLimit : 'all');
  const store = values.store === 'both' ? null : values.store;
  const query = { window: window?.query ?? null, kinds: values.kind, store };
  const span = window?.span ?? null;
  const newest = values.counters === 'only' ? 0 : limit === 'all' ? undefined : limit;
  const filter = { kinds: values.kind, store, errors: values.errors };
  if (values.follow) {
    if (client.saved !== undefined || globals.from !== null) {
      throw new UsageError('--follow: a saved log gets no new events', 'leave the option out');
    }
    const interval = values.interval ?? defaultInterval;
    const exitOnError = values.exitOn === 'error';
    const { follow } = await import('./follow.ts');
    const first = newest ?? Number.POSITIVE_INFINITY;
    const followed = values.since !== null && window ? sinceQuery(window.span) : null;
    const spanAt = (now: number | null) =>
      window && (followed?.span ?? spanOf(window.query, now ?? context.deps.clock.now()));
    const asked = { ...query, window: followed?.window ?? query.window };
    const following = { query: { ...asked, spanAt }, filter, newest: first, interval, exitOnError };
    return follow(client, following, context);
  }
  if (values.groupBy !== 'none') {
    const { grouped } = await import('./fold.ts');
    const grouping = { filter, by: values.groupBy, newest: newest ?? Number.POSITIVE_INFINITY };
    return grouped(client, { ...query, span }, grouping);
  }
  if (values.counters === 'only') {
    const before = countersBefore(values, context);
    const { rates } = await import('./fold.ts');
    if (before) return rates(client, { query, filter, before }, context);
  }
  const progress = await reporter.progress('reading the event log');
  const { sink: log, remarks } = await readLog(
    client,
    { ...query, span },
    () => new EventLog(filter, newest),
  ).finally(progress.stop);
  // a program gets by with one request
  const notes = await localClusterNotes(client, forPeople && !globals.quiet);
  for (const note of [...remarks, ...notes]) await reporter.note(note);
  if (log.total === 0) await reporter.note('no events match');
  else if (typeof limit === 'number' && limit < log.total && values.counters !== 'only') {
    await reporter.note(`the newest ${limit} of ${log.total} events; more with --limit`);
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

/** `--since` of a log that is followed: without an end, and with a window whose end the server moves. */
function sinceQuery({ start, end }: Span): { readonly window: string; readonly span: Span } {
  const hours = Math.ceil((end - start) / hour) + 1;
  return { window: `${hours}h`, span: { start, end: Number.POSITIVE_INFINITY } };
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

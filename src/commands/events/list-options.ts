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
import { windowOptions } from '../window-option.ts';

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

/** Options of `events list`. */
export const listOptions = {
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

export type ListOptions = Values<typeof listOptions>;

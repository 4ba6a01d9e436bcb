import { commaSeparated, flag, type Option, type OptionSet, text } from '../config/option.ts';

const group = 'Tables:';

/** Options of tables; other formats are data, which they do not change. */
export const tableOptions = {
  columns: {
    flags: '--columns <names>',
    description: 'print one table with these columns only, named as in its header or in -o csv',
    fallback: [],
    repeatable: true,
    group,
    parse: (texts) => [...new Set(commaSeparated(texts))],
  } satisfies Option<readonly string[]> as Option<readonly string[]>,
  headers: flag({ flags: '--no-headers', description: 'do not print table headers', group }, true),
  pager: {
    flags: '--no-pager',
    description: 'print long output at once: by default a terminal shows it with $PAGER, or less',
    fallback: null,
    group,
    parse: (texts) => texts.at(-1) ?? '',
  } satisfies Option<string | null> as Option<string | null>,
  timezone: text({
    flags: '--timezone <zone>',
    description:
      'show timestamps in this zone (local, or Europe/Berlin) instead of UTC; windows stay UTC',
    group,
  }),
} satisfies OptionSet;

import { integer, type Option, type OptionSet, text } from '../../config/option.ts';

export const serversOption: Option<string | null> = text({
  flags: '--servers <file>',
  description: 'the servers: a profile, an address or a kubectl context a line, or a YAML list',
});

/** The options that select several servers. */
export const serversOptions = {
  servers: serversOption,
  serverConcurrency: integer(
    {
      flags: '--server-concurrency <n>',
      description: 'number of servers that are read at a time',
      fallback: 4,
    },
    1,
  ),
} satisfies OptionSet;

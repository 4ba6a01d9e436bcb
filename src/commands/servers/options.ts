import { integer, type Option, type OptionSet, text } from '../../config/option.ts';

export const serversOption: Option<string | null> = text({
  flags: '--servers <file>',
  description: 'the servers: one profile, address or kubectl context per line, or a YAML list',
});

/** The options that select several servers. */
export const serversOptions = {
  servers: serversOption,
  serverConcurrency: integer(
    {
      flags: '--server-concurrency <n>',
      description: 'number of servers to read at the same time',
      fallback: 4,
    },
    1,
  ),
} satisfies OptionSet;

import type { Option, OptionSet, Values } from './option.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What stands on the command line, by the long name of the option: a text for each time the option was used. */
export type Given = ReadonlyMap<string, readonly string[]>;

/** The long name of an option without its dashes: `wait-timeout`, also for `--no-wait-timeout`. */
export function longName(option: Pick<Option<unknown>, 'flags'>): string {
  return /--(?:no-)?([a-z-]+)/.exec(option.flags)?.[1] ?? option.flags;
}

/** The environment variable of an option: `KC_ETL_WAIT_TIMEOUT`. */
export function variableOf(option: Pick<Option<unknown>, 'flags'>): string {
  return `KC_ETL_${longName(option).replaceAll('-', '_').toUpperCase()}`;
}

/**
 * The value of every option: flag over environment over fallback. An empty variable is not set.
 *
 * @throws UsageError where a value is wrong, naming the flag or the variable it came from
 */
export function resolveOptions<O extends OptionSet>(
  options: O,
  given: Given,
  env: Environment,
): Values<O> {
  const values = Object.entries(options).map(([name, option]) => {
    const texts = given.get(longName(option));
    if (texts) return [name, option.parse(texts, `--${longName(option)}`)];
    const variable = variableOf(option);
    const text = env[variable];
    if (text) return [name, option.parse([text], variable)];
    return [name, option.fallback];
  });
  return Object.fromEntries(values) as Values<O>; // one entry for each option, made by its own parse
}

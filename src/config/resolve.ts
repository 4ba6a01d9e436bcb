import type { Option, OptionSet, Values } from './option.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What stands on the command line, by the long name of the option: a text for each time the option was used. */
export type CliOptions = ReadonlyMap<string, readonly string[]>;

/** The kinds of places a value can come from, weakest first. */
export const origins = ['profile', 'project', 'environment', 'flag'] as const;

export type Origin = (typeof origins)[number];

/** What was said of an option. */
export interface ConfiguredValue {
  readonly texts: readonly string[];
  readonly origin: Origin;
  /** As an error names it: `--limit`, `KC_ETL_LIMIT`, or a file and its line. */
  readonly source: string;
}

/** What the configuration files say, by the key of an option: {@link keyOf}. */
export type Settings = ReadonlyMap<string, ConfiguredValue>;

const noSettings: Settings = new Map();

/** The long name of an option without its dashes: `wait-timeout`, also for `--no-wait-timeout`. */
export function longName(option: Pick<Option<unknown>, 'flags'>): string {
  return /--(?:no-)?([a-z-]+)/.exec(option.flags)?.[1] ?? option.flags;
}

/** The environment variable of an option: `KC_ETL_WAIT_TIMEOUT`, `KC_ETL_AUDIT_FAIL_ON`. */
export function variableOf(option: Pick<Option<unknown>, 'flags' | 'scope'>): string {
  return `KC_ETL_${scopedName(option).replaceAll('-', '_').toUpperCase()}`;
}

/** The key of an option in a configuration file: `waitTimeout`, `auditFailOn`. */
export function keyOf(option: Pick<Option<unknown>, 'flags' | 'scope'>): string {
  return scopedName(option).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The long name, after the command where others have an option of this name with other values. */
function scopedName(option: Pick<Option<unknown>, 'flags' | 'scope'>): string {
  return option.scope ? `${option.scope}-${longName(option)}` : longName(option);
}

/**
 * Where an option's value comes from: flag over environment over project over profile. An empty
 * variable is not set.
 */
export function findOption(
  option: Option<unknown>,
  cliOptions: CliOptions,
  env: Environment,
  settings: Settings = noSettings,
): ConfiguredValue | null {
  const texts = cliOptions.get(longName(option));
  if (texts) return { texts, origin: 'flag', source: `--${longName(option)}` };
  for (const variable of [variableOf(option), ...(option.aliases ?? [])]) {
    const text = env[variable];
    if (text) return { texts: [text], origin: 'environment', source: variable };
  }
  return settings.get(keyOf(option)) ?? null;
}

/**
 * The value of every option: what {@link findOption} finds, or its fallback.
 *
 * @throws UsageError where a value is wrong, naming where it came from
 */
export function resolveOptions<O extends OptionSet>(
  options: O,
  cliOptions: CliOptions,
  env: Environment,
  settings: Settings = noSettings,
): Values<O> {
  const values = Object.entries(options).map(([name, option]) => {
    const found = findOption(option, cliOptions, env, settings);
    return [name, found ? option.parse(found.texts, found.source) : option.fallback];
  });
  return Object.fromEntries(values) as Values<O>; // one entry for each option, made by its own parse
}

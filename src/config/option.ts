import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { day, hour, minute } from '../time.ts';

/** Where a value came from, as an error names it: `--limit` or `KC_ETL_LIMIT`. */
export type Source = string;

/** One option of a command: its flags, its help, its environment variable and its meaning. */
export interface Option<T> {
  /** As commander reads them: `-o, --output <format>`. */
  readonly flags: string;
  readonly description: string;
  /** The value where it is given nowhere. */
  readonly fallback: T;
  /** The fallback, in words, for help. */
  readonly fallbackText?: string;
  /** The values it takes, where they can be listed: for help, errors and completion. */
  readonly values?: readonly string[];
  readonly repeatable?: boolean;
  /** The command in its variable and its key, where another command has an option of this name with other values. */
  readonly scope?: string;
  /** Other tools' variables for the same thing, tried in this order after its own. */
  readonly aliases?: readonly string[];
  /** What is given must not be seen by others, nor stand in any output. */
  readonly secret?: boolean;
  /** Where a configuration file may say it; `profile`: in the user's own only. Anywhere unless said. */
  readonly settable?: 'never' | 'profile';
  /** The heading it stands under in help. */
  readonly group?: string;
  /** A second flag that says the opposite; given, it reads as `false`. */
  readonly negation?: { readonly flags: string; readonly description: string };
  /**
   * The value of what was given; one text for every time the option was used, `true` or `false` for
   * a flag.
   *
   * @throws UsageError naming the source, what is allowed and the nearest match
   */
  readonly parse: (texts: readonly string[], source: Source) => T;
}

// biome-ignore lint/suspicious/noExplicitAny: options of any value type may stand together
export type OptionSet = Readonly<Record<string, Option<any>>>;

/** The values of a set of options. */
export type Values<O extends OptionSet> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer T> ? T : never;
};

type Described = Pick<
  Option<unknown>,
  'flags' | 'description' | 'aliases' | 'secret' | 'settable' | 'group' | 'scope'
>;

/** A switch; off unless given. */
export function flag(described: Described, fallback = false): Option<boolean> {
  return { ...described, fallback, parse: (texts, source) => parseBoolean(last(texts), source) };
}

/** Any text. */
export function text(described: Described): Option<string | null> {
  return { ...described, fallback: null, parse: last };
}

/** Whatever `parse` makes of the last text given. */
export function parsed<T>(
  described: Described & { fallback: T; fallbackText?: string },
  parse: (text: string, source: Source) => T,
): Option<T> {
  return { ...described, parse: (texts, source) => parse(last(texts), source) };
}

/** One of a list of words, in any case. */
export function choice<T extends string>(
  described: Described & { fallback: NoInfer<T> },
  values: readonly T[],
): Option<T> {
  return {
    ...described,
    values,
    fallbackText: described.fallback,
    parse: (texts, source) => oneOf(last(texts), values, source),
  };
}

/** Any number of a list of words, in any case, repeated or with commas. */
export function choices<T extends string>(described: Described, values: readonly T[]): Option<T[]> {
  return {
    ...described,
    values,
    fallback: [],
    repeatable: true,
    parse: (texts, source) => commaSeparated(texts).map((word) => oneOf(word, values, source)),
  };
}

/** A whole number of at least `least`. */
export function integer(described: Described & { fallback: number }, least = 0): Option<number> {
  return {
    ...described,
    fallbackText: String(described.fallback),
    parse: (texts, source) => {
      const text = last(texts);
      const number = Number(text);
      if (!/^\d+$/.test(text) || number < least || !Number.isSafeInteger(number)) {
        throw new UsageError(
          `${source}: '${text}' is not a whole number${least > 0 ? ` of at least ${least}` : ''}`,
        );
      }
      return number;
    },
  };
}

const durationUnits = { ms: 1, s: 1_000, m: minute, h: hour, d: day } as const;

/** A duration, in milliseconds: `500ms`, `30s`, `5m`, `6h`, `2d`. */
export function duration<T extends number | null>(
  described: Described & { fallback: T; fallbackText: string },
): Option<number | T> {
  return parsed<number | T>(described, parseDuration);
}

function parseDuration(text: string, source: Source): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = durationUnits[parts?.[2] as keyof typeof durationUnits]; // undefined where no match
  const ms = Math.round(Number(parts?.[1]) * unit);
  if (!parts || !(ms > 0) || ms > 2 ** 31 - 1) {
    const [, count, letter] = /^(\d+(?:\.\d+)?)\s*(ms|[smhd])[a-z]*$/i.exec(text.trim()) ?? [];
    const meant =
      count && letter && !parts ? `; did you mean ${count}${letter.toLowerCase()}?` : '';
    throw new UsageError(
      `${source}: '${text}' is not a duration${meant}`,
      'a duration looks like 500ms, 30s, 5m, 6h or 2d, and is at most 24 days',
    );
  }
  return ms;
}

/** The words of repeated, comma-separated texts. */
export function commaSeparated(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** @throws UsageError naming the nearest of `values`, and all of them */
export function oneOf<T extends string>(text: string, values: readonly T[], source: Source): T {
  const found = values.find((value) => value.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(text, values);
  throw new UsageError(
    `${source}: '${text}' is not known${near ? `; did you mean ${near}?` : ''}`,
    `valid values: ${values.join(', ')}`,
  );
}

/** @throws UsageError where the text is neither true nor false */
export function parseBoolean(text: string, source: Source): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off|)$/i.test(text)) return false;
  throw new UsageError(`${source}: '${text}' is neither true nor false`);
}

function last(texts: readonly string[]): string {
  return texts.at(-1) ?? '';
}

/** The help of an option: description, allowed values, default. */
export function optionHelp(option: Option<unknown>, description = option.description): string {
  const values = option.values && option.values.length < 8 ? `: ${option.values.join(', ')}` : '';
  const fallback = option.fallbackText ? ` (default ${option.fallbackText})` : '';
  const repeatable = option.repeatable ? ' (repeatable)' : '';
  return `${description}${values}${fallback}${repeatable}`;
}

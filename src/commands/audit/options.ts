import { sortOrders } from '../../audits/selection.ts';
import {
  type AuditType,
  auditTypeNames,
  auditTypeSpellings,
  failOns,
  statuses,
} from '../../audits/types.ts';
import {
  choice,
  choices,
  commaSeparated,
  flag,
  type Option,
  type OptionSet,
  parsed,
  text,
} from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { windowOptions } from '../window-option.ts';

const selection = 'Audits:';
const display = 'Display:';
const gate = 'Gate:';

/** @throws UsageError naming the nearest type and all of them */
function parseType(text: string, source: string): AuditType {
  const found = auditTypeSpellings.get(text.toLowerCase());
  if (found) return found;
  const near = nearest(text, [...auditTypeNames, ...auditTypeSpellings.keys()]);
  const suggestion =
    near === null ? undefined : (auditTypeSpellings.get(near.toLowerCase()) ?? near);
  throw new UsageError(
    `${source}: '${text}' is not an audit type${suggestion ? `; did you mean ${suggestion}?` : ''}`,
    `the types are ${auditTypeNames.join(', ')}`,
  );
}

const typeOption: Option<readonly AuditType[]> = {
  flags: '--type <type>',
  group: selection,
  description: 'only this audit, by name or short form (list: kc-etl audit types)',
  values: auditTypeNames,
  repeatable: true,
  fallback: [],
  parse: (texts, source) => [
    ...new Set(commaSeparated(texts).map((text) => parseType(text, source))),
  ],
};

/** Options that select the audits to evaluate. */
export const selectionOptions = {
  ...windowOptions,
  type: typeOption,
} satisfies OptionSet;

/** Options that select the results to show; the gate counts all of them. */
export const displayOptions = {
  status: choices(
    {
      flags: '--status <status>',
      description: 'show only audits with this status',
      group: display,
    },
    statuses,
  ),
  finding: text({
    flags: '--finding <id|code>',
    description: 'show only this finding, or findings with this code',
    group: display,
  }),
  findings: flag({
    flags: '--findings',
    description: 'csv and ndjson: findings instead of audits or differences',
    group: display,
  }),
  top: parsed<number | null>(
    {
      flags: '--top <n>',
      description: 'show only the first n differences',
      fallback: null,
      group: display,
    },
    (text, source) => numberOf(text, source, /^[1-9]\d*$/, 'a whole number above 0'),
  ),
  minDelta: parsed<number>(
    {
      flags: '--min-delta <x>',
      group: display,
      description: 'show only differences of at least this amount',
      fallback: 0,
    },
    (text, source) =>
      numberOf(text, source, /^\d+(\.\d+)?([eE][+-]?\d+)?$/, 'an amount of 0 or more'),
  ),
  sort: choice(
    {
      flags: '--sort <by>',
      description: 'order of differences',
      fallback: 'delta',
      group: display,
    },
    sortOrders,
  ),
} satisfies OptionSet;

/**
 * Options of the gate; `audit run` gates by default, the others do not.
 *
 * @param effect what an audit with the status of `--fail-on` does
 */
export function gateOptions<T extends 'failed' | 'never'>(
  fallback: T,
  effect = 'exit 1 when an audit has this status or a worse one',
) {
  return {
    failOn: choice(
      {
        flags: '--fail-on <status>',
        scope: 'audit',
        group: gate,
        description: effect,
        fallback,
      },
      failOns,
    ),
    strict: flag({
      flags: '--strict',
      description: 'Skipped and NotRun count as failed ("not settled yet" does not)',
      group: gate,
    }),
    baseline: text({
      flags: '--baseline <report.json>',
      description: 'a saved JSON report; its differences count only where they have grown',
      group: gate,
    }),
  } satisfies OptionSet;
}

function numberOf(text: string, source: string, pattern: RegExp, expected: string): number {
  const number = Number(text);
  if (!pattern.test(text) || !Number.isFinite(number)) {
    throw new UsageError(`${source}: '${text}' is not ${expected}`);
  }
  return number;
}

import {
  choice,
  commaSeparated,
  duration,
  type Option,
  type OptionSet,
  oneOf,
  type Values,
} from '../../config/option.ts';
import { exitCodes, UsageError } from '../../errors.ts';
import type { CoverageOptions } from '../../events/coverage/evidence.ts';
import type { CoverageReport } from '../../events/coverage/schema.ts';
import { type FindingKind, findingKinds, sources as names } from '../../events/coverage/state.ts';
import { stores } from '../../events/kinds.ts';
import { plural } from '../../output/format.ts';
import { day, hour } from '../../time.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { parseWindowOption, resolveWindow, windowOptions } from '../window-option.ts';
import { readCoverage } from './coverage-report.ts';

/** Every kind: a store with any of them answers wrongly for some window. */
const defaultFailOn: readonly FindingKind[] = findingKinds;

const failOnOption: Option<readonly FindingKind[]> = {
  flags: '--fail-on <finding>',
  scope: 'coverage',
  description: 'exit 1 when one of these kinds is found',
  values: [...findingKinds, 'never'],
  repeatable: true,
  fallback: defaultFailOn,
  fallbackText: defaultFailOn.join(','),
  parse: (texts, source) => {
    const words = commaSeparated(texts).map((word) =>
      oneOf(word, [...findingKinds, 'never'] as const, source),
    );
    if (words.includes('never') && words.length > 1) {
      throw new UsageError(
        `${source}: never cannot be combined`,
        'use never alone, or leave it out',
      );
    }
    return [...new Set(words.filter((word) => word !== 'never'))];
  },
};

const units = { h: hour, d: day, w: 7 * day } as const;

const retentionOption: Option<CoverageOptions['retention']> = {
  flags: '--expect-retention <time>',
  description: 'how far back sets should reach: 90d for daily sets, 49h for hourly sets',
  repeatable: true,
  fallback: { day: null, hour: null },
  parse: (texts, source) => {
    const expected: { day: number | null; hour: number | null } = { day: null, hour: null };
    for (const word of commaSeparated(texts)) {
      const parts = /^([1-9]\d{0,4})([hdw])$/.exec(word);
      if (!parts) {
        throw new UsageError(
          `${source}: '${word}' is not a retention`,
          'use 90d or 13w (daily sets), 49h (hourly sets), or 90d,49h',
        );
      }
      const unit = parts[2] as keyof typeof units; // the pattern lets only these through
      expected[unit === 'h' ? 'hour' : 'day'] = Number(parts[1]) * units[unit];
    }
    return expected;
  },
};

const options = {
  ...windowOptions,
  store: choice<'allocation' | 'asset' | 'both'>(
    { flags: '--store <store>', scope: 'events', description: 'only this store', fallback: 'both' },
    [...stores, 'both'],
  ),
  failOn: failOnOption,
  settle: duration({
    flags: '--settle <duration>',
    description: 'how long a set can still change after its end; until then it is not evaluated',
    fallback: 6 * hour,
    fallbackText: '6h',
  }),
  expectRetention: retentionOption,
} satisfies OptionSet;

/** `events coverage`: which sets exist, and which are missing, stale or in error. */
export const eventsCoverage = defineCommand({
  description:
    'A calendar of the sets of each store, by day and by hour, from every source the server has:\n' +
    'the event log, /etl/status, the gauges of /metrics and, where no set is listed there (Kubecost\n' +
    '3, OpenCost), the cost API. A set that no source reports on is shown as unknown.',
  examples: [
    'kc-etl events coverage',
    'kc-etl events coverage --window 30d --expect-retention 90d,49h',
    'kc-etl events coverage --fail-on missing,error,stale',
    'kc-etl events coverage -o prometheus > /var/lib/node_exporter/kc_etl.prom',
    'kc-etl events coverage -o ndjson | jq -r \'select(.state == "missing") | .window.start\'',
  ],
  options,
  prints: 'coverage',
  run: coverage,
});

async function coverage(values: Values<typeof options>, context: Context): Promise<Outcome> {
  const request = await parseWindowOption(values, context);
  const client = await context.connect();
  const window = await resolveWindow(request, () => [client], context);
  const { settle, expectRetention: retention, failOn } = values;
  const store = values.store === 'both' ? null : values.store;
  const report = await readCoverage(
    client,
    { query: window?.query ?? null, store, settle, retention, failOn },
    context,
  );
  return {
    result: { kind: 'coverage', report },
    exitCode: exitCodeOf(report),
    verdict: verdictOf(report),
  };
}

function exitCodeOf({ gate }: CoverageReport): number {
  if (gate.passed === null) return exitCodes.data.code;
  return gate.passed ? exitCodes.ok.code : exitCodes.gate.code;
}

function verdictOf({ gate, findings, summary, sources }: CoverageReport): string {
  const counted = findings.filter(({ kind }) => gate.failOn.includes(kind)).length;
  const suffix = summary.unknown > 0 ? `; state of ${plural(summary.unknown, 'set')} unknown` : '';
  const failed = sources
    .filter(({ failed: isFailed }) => isFailed)
    .map(({ source }) => names[source]);
  if (gate.passed === null && failed.length > 0) {
    return `gate undecided: ${failed.join(' and ')} failed and could have reported findings${suffix}`;
  }
  if (gate.passed === null) return `gate undecided: no settled set is known${suffix}`;
  if (!gate.passed) {
    return `gate failed: ${counted} of ${plural(findings.length, 'finding')} (${gate.failOn.join(', ')})${suffix}`;
  }
  const others = findings.length > 0 ? `; ${plural(findings.length, 'finding')} not counted` : '';
  return `gate passed${others}${suffix}`;
}

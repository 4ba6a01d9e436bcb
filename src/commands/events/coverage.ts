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
import { coverageOf } from '../../events/coverage/report.ts';
import type { CoverageReport } from '../../events/coverage/schema.ts';
import { type FindingKind, findingKinds } from '../../events/coverage/state.ts';
import { stores } from '../../events/kinds.ts';
import { spanOf } from '../../kubecost/window.ts';
import { formatTime } from '../../time.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { windowFrom, windowOption } from '../window-option.ts';
import { gatherEvidence } from './evidence.ts';

const usualFailOn: readonly FindingKind[] = ['missing', 'error'];

const failOnOption: Option<readonly FindingKind[]> = {
  flags: '--fail-on <finding>',
  description: 'exit 1 when one of these is found',
  values: [...findingKinds, 'never'],
  repeatable: true,
  fallback: usualFailOn,
  fallbackText: usualFailOn.join(','),
  parse: (texts, source) => {
    const words = commaSeparated(texts).map((word) =>
      oneOf(word, [...findingKinds, 'never'] as const, source),
    );
    if (words.includes('never') && words.length > 1) {
      throw new UsageError(`${source}: never stands alone`, 'leave it out, or the others');
    }
    return [...new Set(words.filter((word) => word !== 'never'))];
  },
};

const units = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

const retentionOption: Option<CoverageOptions['retention']> = {
  flags: '--expect-retention <time>',
  description: 'how far back sets ought to reach: 90d for those of days, 49h for those of hours',
  repeatable: true,
  fallback: { day: null, hour: null },
  parse: (texts, source) => {
    const expected: { day: number | null; hour: number | null } = { day: null, hour: null };
    for (const word of commaSeparated(texts)) {
      const parts = /^([1-9]\d{0,4})([hdw])$/.exec(word);
      if (!parts) {
        throw new UsageError(
          `${source}: '${word}' says nothing about retention`,
          'it looks like 90d or 13w (sets of days), 49h (sets of hours), or 90d,49h',
        );
      }
      const unit = parts[2] as keyof typeof units; // the pattern lets only these through
      expected[unit === 'h' ? 'hour' : 'day'] = Number(parts[1]) * units[unit];
    }
    return expected;
  },
};

const options = {
  window: windowOption,
  store: choice<'allocation' | 'asset' | 'both'>(
    { flags: '--store <store>', description: 'one of the stores', fallback: 'both' },
    [...stores, 'both'],
  ),
  failOn: failOnOption,
  settle: duration({
    flags: '--settle <duration>',
    description: 'how long after its end a set may still change, and is not judged',
    fallback: 6 * 3_600_000,
    fallbackText: '6h',
  }),
  expectRetention: retentionOption,
} satisfies OptionSet;

/** `events coverage`: which sets are there, and which are not. */
export const eventsCoverage = defineCommand({
  description:
    'A calendar of the sets of each store, by day and by hour, from every source the server has:\n' +
    'the event log, /etl/status, the gauges of /metrics and, where there is no log (Kubecost 3,\n' +
    'OpenCost), the stores themselves. What no source says anything about is shown as unknown.',
  examples: [
    'kc-etl events coverage',
    'kc-etl events coverage --window 30d --expect-retention 90d,49h',
    'kc-etl events coverage --fail-on missing,error,empty,stale',
    'kc-etl events coverage -o prometheus > /var/lib/node_exporter/kc_etl.prom',
    'kc-etl events coverage -o ndjson | jq -r \'select(.state == "missing") | .window.start\'',
  ],
  options,
  prints: 'coverage',
  run: coverage,
});

async function coverage(values: Values<typeof options>, context: Context): Promise<Outcome> {
  const { deps, reporter } = context;
  const window = await windowFrom(values.window, context);
  const span = window?.span ?? null;
  const client = await context.connect();
  const progress = await reporter.progress('reading the event log');
  const { evidence, sources, isPartial } = await gatherEvidence(client, span, context).finally(
    progress.stop,
  );
  const store = values.store === 'both' ? null : values.store;
  const newest = evidence.log?.tally.span(null)?.last ?? null;
  const isSaved = client.saved !== undefined && newest !== null;
  const now = isSaved ? newest : Math.max(deps.clock.now(), newest ?? 0);
  if (isSaved) await reporter.note(`ages count to the newest event, ${formatTime(now)}`);
  else if (now > deps.clock.now() + clockGrace) {
    await reporter.note(
      `the log is ahead of this machine's clock: ages count to ${formatTime(now)}`,
    );
  }
  const { settle, expectRetention: retention, failOn } = values;
  const report: CoverageReport = {
    schemaVersion: 1,
    server: client.server,
    query: { window: window?.query ?? null, store, settleSeconds: settle / 1000 },
    now: formatTime(now),
    sources,
    ...coverageOf(
      evidence,
      { now, settle, retention, window: window && spanOf(window.query, now), store },
      failOn,
    ),
  };
  return {
    result: { kind: 'coverage', report },
    exitCode: exitCodeOf(report, isPartial),
    verdict: verdictOf(report, isPartial),
  };
}

/** Clocks differ by so much without anybody noticing, in milliseconds. */
const clockGrace = 5 * 60_000;

function exitCodeOf({ gate }: CoverageReport, isPartial: boolean): number {
  if (gate.passed === false) return exitCodes.gate.code;
  return gate.passed === null || isPartial ? exitCodes.data.code : exitCodes.ok.code;
}

function verdictOf({ gate, findings, summary }: CoverageReport, isPartial: boolean): string {
  const counted = findings.filter(({ kind }) => gate.failOn.includes(kind)).length;
  const unknown = summary.unknown ? `; ${summary.unknown} sets unknown` : '';
  if (gate.passed === null) return `nothing to judge: no settled set is known${unknown}`;
  if (!gate.passed) {
    return `gate failed: ${counted} of ${findings.length} findings (${gate.failOn.join(', ')})${unknown}`;
  }
  if (isPartial) return `nothing was found, but not every set could be asked for${unknown}`;
  const others = findings.length > 0 ? `; ${findings.length} findings it does not count` : '';
  return `gate passed${others}${unknown}`;
}

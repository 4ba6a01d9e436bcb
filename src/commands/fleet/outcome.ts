import { exitCodes } from '../../errors.ts';
import type { ServerResult } from '../../fleet/report.ts';
import type { FleetReport } from '../../fleet/schema.ts';
import { fleetSummaryText } from '../../output/fleet-text.ts';
import type { Outcome } from '../command.ts';

/**
 * The report with its exit code: 1 where the gate failed, else 4 where every server refused the
 * credentials, else 3 where a server or a part of its days could not be read.
 */
export function fleetOutcome(report: FleetReport, results: readonly ServerResult[]): Outcome {
  const { gate, summary } = report;
  const isKnown = summary.unreachable === 0;
  const isRefused = results.every((result) => 'isRefused' in result && result.isRefused);
  const failure = isRefused ? 'auth' : 'data';
  const code = gate?.passed === false ? 'gate' : isKnown ? 'ok' : failure;
  return {
    result: { kind: 'fleet', report },
    exitCode: exitCodes[code].code,
    ...(gate || !isKnown ? { verdict: verdictOf(report) } : {}),
  };
}

function verdictOf({ gate, summary }: FleetReport): string {
  const counts = fleetSummaryText(summary);
  if (gate === null) return counts;
  const word = gate.passed === null ? 'undecided' : gate.passed ? 'passed' : 'failed';
  return `gate ${word} (${gate.failOn.join(', ')}): ${counts}`;
}

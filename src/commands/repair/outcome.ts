import { exitCodes } from '../../errors.ts';
import type { RunEnd } from '../../repair/run.ts';
import type { RepairReport } from '../../repair/schema.ts';
import type { Outcome } from '../command.ts';
import { planText } from './plan.ts';

const exitOf: Readonly<Record<RunEnd, number>> = {
  done: exitCodes.ok.code,
  failed: exitCodes.gate.code,
  timeout: exitCodes.wait.code,
  declined: exitCodes.data.code,
};

/**
 * The result of a repair, its exit code and its last line.
 *
 * @param directory of the state, to go on from
 */
export function repairOutcome(report: RepairReport, end: RunEnd, directory: string): Outcome {
  return {
    result: { kind: 'repair', report },
    exitCode: exitOf[end],
    verdict: verdictOf(report, end, directory),
  };
}

function verdictOf(report: RepairReport, end: RunEnd, directory: string): string {
  const { steps } = report;
  const left = steps.filter(({ state }) => state === 'planned').length;
  const failed = steps.find(({ state }) => state === 'failed');
  if (failed) return `stopped: step ${failed.order} failed, ${left} not sent: ${failed.reason}`;
  const sent = steps.find(({ state }) => state === 'sent');
  if (end === 'timeout' && sent) {
    return (
      `stopped: step ${sent.order} did not end in time, ${left} not sent; continue waiting with: ` +
      `kc-etl repair run --yes --state ${directory}`
    );
  }
  const count = steps.filter(({ state }) => state === 'done').length;
  return count > 0 ? `${count} of ${steps.length} steps done` : planText(report);
}

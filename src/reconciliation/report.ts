import type { Evaluation } from './evaluate.ts';
import type { ReconciliationReport } from './schema.ts';
import { type ReconciliationState, stateNames } from './states.ts';

/**
 * The report of an evaluation. The gate fails on a state of `failOn`; it is undecided where none has
 * one and the state of a day is unknown.
 *
 * @param failOn null: no gate
 */
export function reconciliationReport(
  { days, unavailable }: Evaluation,
  source: Pick<ReconciliationReport, 'server' | 'query'>,
  failOn: readonly ReconciliationState[] | null,
): ReconciliationReport {
  const count = (state: ReconciliationState) => days.filter((one) => one.state === state).length;
  const summary = {
    reconciled: count('reconciled'),
    partial: count('partial'),
    pending: count('pending'),
    late: count('late'),
    never: count('never'),
    unavailable: unavailable.length,
  };
  const hasFailed = failOn?.some((state) => summary[state] > 0) ?? false;
  const passed = hasFailed ? false : unavailable.length > 0 ? null : true;
  const gate =
    failOn === null ? null : { failOn: stateNames.filter((one) => failOn.includes(one)), passed };
  return { schemaVersion: 1, ...source, days, unavailable, summary, gate };
}

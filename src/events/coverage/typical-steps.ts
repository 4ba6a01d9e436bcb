import type { Step } from '../kinds.ts';
import type { SetHistory } from '../set-history.ts';

/** Steps that the sets of one store and length usually have. */
export interface TypicalSteps {
  /** Steps that follow every save. */
  readonly afterSave: readonly Step[];
  /** Start of the newest set that was reconciled; minus infinity where none was. */
  readonly reconciledUntil: number;
}

const optionalSteps = ['Totaled', 'Aggregated'] as const;

/** Steps that at least half of the sets have: the server runs them. */
export function typicalStepsOf(histories: readonly SetHistory[]): TypicalSteps {
  const present = histories.filter((history) => presentSince(history) > Number.NEGATIVE_INFINITY);
  const withStep = (step: Step) =>
    present.filter((history) => history.last(step) >= presentSince(history)).length;
  let reconciledUntil = Number.NEGATIVE_INFINITY;
  for (const history of histories) {
    if (history.count('Reconciled') > 0) reconciledUntil = Math.max(reconciledUntil, history.start);
  }
  return {
    afterSave: optionalSteps.filter(
      (step) => present.length > 0 && 2 * withStep(step) >= present.length,
    ),
    reconciledUntil,
  };
}

/** Time of the last save or load; minus infinity where there was none. */
export function presentSince(history: SetHistory): number {
  return Math.max(history.last('Saved'), history.last('Loaded'));
}

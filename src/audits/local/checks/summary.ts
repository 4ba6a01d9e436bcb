import { approx } from '../../../costs/approximation.ts';
import type { LocalAudit } from '../audit.ts';

/** `/allocation/summary` against `/allocation`, row by row. */
export const checkSummary: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations', 'summary'],
  comparesStores: true,
  evaluate(input, comparison) {
    const { rowAmounts: rows } = input;
    for (let id = 0; id < rows.size; id++) {
      const expected = rows.amount('expected', id);
      const actual = rows.amount('actual', id);
      const ownError = input.rowError('allocations', expected ?? 0);
      const summaryError = input.rowError('summary', actual ?? 0);
      const error = ownError + summaryError;
      if (expected !== null && actual !== null) {
        if (Math.abs(actual - expected) <= error) comparison.compared(error);
        else {
          const key = [rows.name(id)];
          comparison.compare(key, approx(expected, ownError), approx(actual, summaryError));
        }
      } else if (!(Math.abs(expected ?? actual ?? 0) <= error)) {
        const where = expected === null ? 'only in the summary' : 'not in the summary';
        comparison.addMissingAmount(
          [rows.name(id)],
          expected ?? actual ?? 0,
          (amount) => `${where}, with a cost of ${amount.toFixed(5)}`,
        );
      }
    }
  },
};

import { approx } from '../../../costs/approximation.ts';
import type { LocalAudit } from '../audit.ts';

/** `/allocation/summary` against `/allocation`, row by row. */
export const checkSummary: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  requires: () => ['allocations', 'summary'],
  evaluate(day, comparison) {
    const { half } = day.allocations.precision;
    const summaryHalf = day.precisions.get('summary')?.half ?? half;
    const printed = half + summaryHalf * day.summaryNumbers;
    const rows = day.rowSides;
    for (let id = 0; id < rows.size; id++) {
      const expected = rows.amount('expected', id);
      const actual = rows.amount('actual', id);
      if (expected !== null && actual !== null) {
        if (Math.abs(actual - expected) <= printed) {
          comparison.compared(printed);
          continue;
        }
        day.suspects.add(rows.hash(id));
        const key = [rows.nameOf(rows.hash(id))];
        comparison.compare(key, approx(expected, half), approx(actual, printed - half));
      } else if (!(Math.abs(expected ?? actual ?? 0) <= printed)) {
        day.suspects.add(rows.hash(id));
        const where = expected === null ? 'only in the summary' : 'not in the summary';
        comparison.missingOf(
          [rows.nameOf(rows.hash(id))],
          expected ?? actual ?? 0,
          (amount) => `${where}, with a cost of ${amount.toFixed(5)}`,
        );
      }
    }
  },
};

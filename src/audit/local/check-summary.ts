import { approx } from './approx.ts';
import type { LocalAudit } from './audit.ts';

/** `/allocation/summary` against `/allocation`, row by row. */
export const checkSummary: LocalAudit = {
  settling: 'stores',
  bad: 'Failed',
  needs: () => ['allocations', 'summary'],
  judge(day, comparison) {
    const { half } = day.allocations.precision;
    const summaryHalf = day.precisions.get('summary')?.half ?? half;
    for (const { hash, expected, actual } of day.rowSides) {
      const printed = half + summaryHalf * day.summaryNumbers;
      if (expected !== null && actual !== null) {
        const delta = Math.abs(actual - expected);
        if (delta <= printed) {
          comparison.compared(printed);
          continue;
        }
        day.suspects.add(hash);
        const key = [day.rowSides.nameOf(hash)];
        comparison.compare(key, approx(expected, half), approx(actual, printed - half));
      } else if (!(Math.abs(expected ?? actual ?? 0) <= printed)) {
        day.suspects.add(hash);
        const where = expected === null ? 'only in the summary' : 'not in the summary';
        comparison.missingOf(
          [day.rowSides.nameOf(hash)],
          expected ?? actual ?? 0,
          (amount) => `${where}, with a cost of ${amount.toFixed(5)}`,
        );
      }
    }
  },
};

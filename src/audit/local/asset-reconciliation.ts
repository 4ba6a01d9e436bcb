import type { Cause } from '../schema.ts';
import { approx } from './approx.ts';
import type { LocalAudit } from './audit.ts';
import { billOf } from './keys.ts';
import { noBills } from './products.ts';
import { Sum } from './sum.ts';

/** The assets of each providerID against its bill, category by category. */
export const assetReconciliation: LocalAudit = {
  settling: 'bills',
  bad: 'Failed',
  impossible: noBills,
  needs: () => ['assets', 'bills'],
  judge(day, comparison) {
    const { half } = day.assets.precision;
    const unmatched = new Sum();
    let without = 0;
    for (const { key, expected, actual } of day.bills) {
      const { providerID, category } = billOf(key);
      if (actual.rows === 0) {
        without++;
        if (Number.isFinite(expected.value)) unmatched.add(expected.value);
        continue;
      }
      const cost = approx(actual.value, actual.rows * half);
      if (expected.rows === 0) {
        if (Math.abs(cost.value) > cost.error || Number.isNaN(cost.value)) {
          comparison.missingOf(
            [providerID, category],
            cost.value,
            (amount) => `no bill for an asset of ${amount.toFixed(5)}`,
          );
        }
        continue;
      }
      comparison.compare([providerID, category], approx(expected.value), cost, (delta) =>
        ratioCause(delta, actual.value / expected.value),
      );
    }
    const { anonymous } = day.assets;
    if (anonymous.rows > 0) {
      const sum = anonymous.cost.value.toFixed(2);
      comparison.note(
        `${anonymous.rows} assets have no providerID to find their bill by, ${sum} in all`,
      );
    }
    if (without > 0) {
      comparison.note(`${without} billed without an asset, ${unmatched.value.toFixed(2)} in all`);
    }
  },
};

function ratioCause(delta: number, ratio: number): Cause[] {
  if (!Number.isFinite(ratio)) return [];
  const detail = `the asset costs ${ratio.toPrecision(6)} times its bill`;
  return [{ code: 'price-ratio', amount: delta, detail }];
}

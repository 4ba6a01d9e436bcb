import { approx } from '../../../costs/approximation.ts';
import { billOf } from '../../../costs/keys.ts';
import { Sum } from '../../../costs/sum.ts';
import type { Cause } from '../../schema.ts';
import type { LocalAudit } from '../audit.ts';
import { noBills } from '../unsupported.ts';

/** The assets of each providerID against its bill, category by category. */
export const assetReconciliation: LocalAudit = {
  settling: 'bills',
  differenceStatus: 'Failed',
  unsupportedReason: noBills,
  requires: () => ['assets', 'bills'],
  evaluate(day, comparison) {
    const { half } = day.assets.precision;
    const unmatched = new Sum();
    let without = 0;
    const { bills } = day;
    for (let id = 0; id < bills.size; id++) {
      const billed = bills.value('expected', id);
      if (bills.rows('actual', id) === 0) {
        if (bills.rows('expected', id) === 0) continue;
        without++;
        if (Number.isFinite(billed)) unmatched.add(billed);
        continue;
      }
      const { providerID, category } = billOf(bills.key(id));
      const cost = approx(bills.value('actual', id), bills.rows('actual', id) * half);
      if (bills.rows('expected', id) === 0) {
        if (Math.abs(cost.value) > cost.error || Number.isNaN(cost.value)) {
          comparison.missingOf(
            [providerID, category],
            cost.value,
            (amount) => `no bill for an asset of ${amount.toFixed(5)}`,
          );
        }
        continue;
      }
      comparison.compare([providerID, category], approx(billed), cost, (delta) =>
        ratioCause(delta, cost.value / billed),
      );
    }
    const { anonymous } = day.assets;
    if (anonymous.rows > 0) {
      const sum = anonymous.cost.value.toFixed(2);
      comparison.note(
        `assets without a providerID to find their bill by: ${anonymous.rows}, ${sum} in all`,
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

import { approx } from '../../../costs/approximation.ts';
import { billOf } from '../../../costs/keys.ts';
import { Sum } from '../../../costs/sum.ts';
import type { Cause } from '../../schema.ts';
import type { LocalAudit } from '../audit.ts';
import { noBills } from '../unsupported.ts';

/** Why AssetReconciliation of a window has no result until the user's bill has been read. */
export const billNotRead = 'the bill was not read';

/** The assets of each providerID against its bill, category by category. */
export const assetReconciliation: LocalAudit = {
  settling: 'bills',
  unsupportedReason: noBills,
  requires: ({ ownBill }) => (ownBill ? ['assets'] : ['assets', 'bills']),
  comparesStores: true,
  evaluate({ bills, assets, scope }, comparison) {
    if (scope.ownBill) {
      // one pass over the bill serves all windows, once their assets are known
      comparison.undetermined(billNotRead);
      return;
    }
    const unmatched = { bills: 0, cost: new Sum() };
    for (let id = 0; id < bills.size; id++) {
      const billed = bills.value('expected', id);
      const isBilled = bills.rows('expected', id) > 0;
      if (bills.rows('actual', id) === 0) {
        if (!isBilled) continue;
        unmatched.bills++;
        if (Number.isFinite(billed)) unmatched.cost.add(billed);
        continue;
      }
      const { providerID, category } = billOf(bills.key(id));
      const cost = bills.sum('actual', id);
      if (isBilled) {
        comparison.compare([providerID, category], approx(billed), cost, (delta) =>
          ratioCause(delta, cost.value / billed),
        );
      } else if (!(Math.abs(cost.value) <= cost.error)) {
        comparison.addMissingAmount(
          [providerID, category],
          cost.value,
          (amount) => `no bill for an asset of ${amount.toFixed(5)}`,
        );
      }
    }
    const { rows, cost } = assets.withoutProviderID;
    if (rows > 0) {
      const which = rows === 1 ? '1 asset has' : `${rows} assets have`;
      comparison.remark(
        `${which} no providerID to find a bill by (${cost.value.toFixed(2)} total)`,
      );
    }
    if (unmatched.bills > 0) {
      const which =
        unmatched.bills === 1
          ? '1 billed resource has'
          : `${unmatched.bills} billed resources have`;
      comparison.remark(`${which} no asset (${unmatched.cost.value.toFixed(2)} total)`);
    }
  },
};

function ratioCause(delta: number, ratio: number): Cause[] {
  if (!Number.isFinite(ratio)) return [];
  const detail = `the asset costs ${ratio.toPrecision(6)} times its bill`;
  return [{ code: 'price-ratio', amount: delta, detail }];
}

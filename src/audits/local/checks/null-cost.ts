import type { AllocationRow, AssetRow } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck } from '../audit.ts';
import { RowFindings } from '../row-findings.ts';

/** Costs that are null, which is how NaN and infinity arrive, or that are not there at all. */
export const checkNullCost: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  requires: () => ['allocations', 'assets'],
  rowChecks: { allocations: () => new NullWatcher(), assets: () => new NullWatcher() },
};

class NullWatcher implements RowCheck<AllocationRow>, RowCheck<AssetRow> {
  readonly #findings = new RowFindings();

  row({ name, lacks }: Pick<AllocationRow, 'name' | 'lacks'>): void {
    for (const { field, what } of lacks) {
      if (!/cost|adjustment/i.test(field)) continue;
      const detail =
        what === 'null' ? 'not a finite number at the server' : 'the row has no such field';
      this.#findings.add([name, field], null, null, what, detail);
    }
  }

  report(...[comparison]: Parameters<RowCheck<AllocationRow>['report']>): void {
    this.#findings.report(comparison);
  }
}

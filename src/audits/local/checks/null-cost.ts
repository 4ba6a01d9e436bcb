import type { AllocationRow, AssetRow } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import { RowFindings } from '../row-findings.ts';

/** Costs that are null, which is how NaN and infinity arrive, or that a row does not have. */
export const checkNullCost: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations', 'assets'],
  rowChecks: { allocations: () => new NullCheck(), assets: () => new NullCheck() },
};

class NullCheck implements RowCheck<AllocationRow>, RowCheck<AssetRow> {
  readonly #findings = new RowFindings();

  row({ name, invalidFields }: Pick<AllocationRow, 'name' | 'invalidFields'>): void {
    for (const { field, what } of invalidFields) {
      if (!/cost|adjustment/i.test(field)) continue;
      const detail =
        what === 'null' ? 'not a finite number at the server' : 'the row has no such field';
      this.#findings.add({ key: [name, field], expected: null, actual: null, code: what, detail });
    }
  }

  report(comparison: Comparison): void {
    this.#findings.report(comparison);
  }
}

import { type AllocationRow, type AssetRow, allocationCosts, isIdle } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import { RowFindings } from '../row-findings.ts';

const nodeCosts = ['cpuCost', 'ramCost', 'gpuCost'] as const;

/** Costs below 0. Idle, adjustments and credits may be negative, and so may the totals they are in. */
export const checkNegativeCost: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations', 'assets'],
  rowChecks: {
    allocations: () => new NegativeAllocationCheck(),
    assets: () => new NegativeAssetCheck(),
  },
};

class NegativeAllocationCheck implements RowCheck<AllocationRow> {
  readonly #findings = new RowFindings();

  row(row: AllocationRow): void {
    if (isIdle(row.name)) return;
    for (const field of allocationCosts) {
      if (!(row[field] >= 0)) add(this.#findings, row.name, field, row[field]);
    }
  }

  report(comparison: Comparison): void {
    this.#findings.report(comparison);
  }
}

class NegativeAssetCheck implements RowCheck<AssetRow> {
  readonly #findings = new RowFindings();

  row(row: AssetRow): void {
    if (row.type === '') this.#findings.undetermined(`${row.name} has no asset type`);
    if (row.type !== 'Node') return;
    for (const field of nodeCosts) {
      if (!(row[field] >= 0)) add(this.#findings, row.name, field, row[field]);
    }
  }

  report(comparison: Comparison): void {
    this.#findings.report(comparison);
  }
}

function add(findings: RowFindings, name: string, field: string, cost: number): void {
  const [code, detail] = ['negative', 'the cost is below 0'];
  if (cost < 0) findings.add({ key: [name, field], expected: 0, actual: cost, code, detail });
  else findings.undetermined(`${name}: ${field} is not known`);
}

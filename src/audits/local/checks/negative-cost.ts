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
    if (hasOnlyPositive(row) || isIdle(row.name)) return;
    for (const field of allocationCosts) {
      if (!(row[field] >= 0)) add(this.#findings, row.name, field, row[field]);
    }
  }

  report(comparison: Comparison): void {
    this.#findings.report(comparison);
  }
}

/** Field by field, since a loop over names takes five times as long. */
function hasOnlyPositive(row: AllocationRow): boolean {
  return (
    row.cpuCost >= 0 &&
    row.gpuCost >= 0 &&
    row.ramCost >= 0 &&
    row.pvCost >= 0 &&
    row.networkCost >= 0 &&
    row.loadBalancerCost >= 0 &&
    row.sharedCost >= 0 &&
    row.externalCost >= 0
  );
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

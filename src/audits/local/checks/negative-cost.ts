import { type AllocationRow, type AssetRow, allocationCosts, isIdle } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck } from '../audit.ts';
import { RowFindings } from '../row-findings.ts';

const nodeCosts = ['cpuCost', 'ramCost', 'gpuCost'] as const;

/** Costs below 0. Adjustments and credits may be, and so may what they make of a total. */
export const checkNegativeCost: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  requires: () => ['allocations', 'assets'],
  rowChecks: { allocations: () => new AllocationWatcher(), assets: () => new AssetWatcher() },
};

class AllocationWatcher implements RowCheck<AllocationRow> {
  readonly #findings = new RowFindings();

  row(row: AllocationRow): void {
    if (isIdle(row.name)) return;
    for (const cost of allocationCosts) look(this.#findings, row.name, cost, row[cost]);
  }

  report(...[comparison]: Parameters<RowCheck<AllocationRow>['report']>): void {
    this.#findings.report(comparison);
  }
}

class AssetWatcher implements RowCheck<AssetRow> {
  readonly #findings = new RowFindings();

  row(row: AssetRow): void {
    if (row.type === '')
      this.#findings.unknown(`${row.name} does not say what type of asset it is`);
    if (row.type !== 'Node') return;
    for (const cost of nodeCosts) look(this.#findings, row.name, cost, row[cost]);
  }

  report(...[comparison]: Parameters<RowCheck<AssetRow>['report']>): void {
    this.#findings.report(comparison);
  }
}

function look(findings: RowFindings, name: string, field: string, cost: number): void {
  if (cost >= 0) return;
  if (cost < 0) findings.add([name, field], 0, cost, 'negative', 'a cost below 0');
  else findings.unknown(`${name}: ${field} is not known`);
}

import { approx, minus, plus, times } from '../../../costs/approximation.ts';
import type { AssetRow } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck } from '../audit.ts';
import { RowFindings } from '../row-findings.ts';

/** A node's totalCost against its formula; of other assets the API prints no parts. */
export const checkAssetSum: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  requires: () => ['assets'],
  rowChecks: { assets: () => new NodeSumWatcher() },
};

interface NodeRow {
  readonly name: string;
  readonly numbers: readonly [number, number, number, number, number, number];
}

class NodeSumWatcher implements RowCheck<AssetRow> {
  readonly #nodes: NodeRow[] = [];
  readonly #findings = new RowFindings();

  row(row: AssetRow): void {
    if (row.type === '')
      this.#findings.unknown(`${row.name} does not say what type of asset it is`);
    if (row.type !== 'Node') return;
    const { cpuCost, ramCost, discount, gpuCost, adjustment, totalCost } = row;
    const numbers = [cpuCost, ramCost, discount, gpuCost, adjustment, totalCost] as const;
    if (numbers.every(Number.isFinite)) this.#nodes.push({ name: row.name, numbers });
    else this.#findings.unknown(`${row.name}: a cost that its sum needs is not known`);
  }

  report(...[comparison, { half }]: Parameters<RowCheck<AssetRow>['report']>): void {
    for (const { name, numbers } of this.#nodes) {
      const [cpu, ram, discount, gpu, adjustment, total] = numbers.map((n) => approx(n, half));
      if (!cpu || !ram || !discount || !gpu || !adjustment || !total) continue;
      const expected = plus(times(plus(cpu, ram), minus(approx(1), discount)), gpu, adjustment);
      comparison.compare([name], expected, total);
    }
    this.#findings.report(comparison);
  }
}

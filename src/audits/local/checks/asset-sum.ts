import { type Approx, approx, minus, plus, times } from '../../../costs/approximation.ts';
import { Rounding } from '../../../costs/rounding.ts';
import type { AssetRow } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck, RowCheckContext } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import { RowFindings } from '../row-findings.ts';

/** A node's totalCost against its formula; the API prints no parts of other assets. */
export const checkAssetSum: LocalAudit = {
  settling: 'stores',
  requires: () => ['assets'],
  rowChecks: { assets: (context) => new NodeSumCheck(context) },
};

interface NodeTotal {
  readonly name: string;
  readonly expected: Approx;
  readonly actual: Approx;
}

class NodeSumCheck implements RowCheck<AssetRow> {
  readonly #rounding: Rounding;
  readonly #nodes: NodeTotal[] = [];
  readonly #findings = new RowFindings();

  constructor({ exact }: RowCheckContext) {
    this.#rounding = new Rounding(exact ? null : 6);
  }

  row(row: AssetRow): void {
    if (row.type === '') this.#findings.undetermined(`${row.name} has no asset type`);
    if (row.type !== 'Node') return;
    const printed = (amount: number) => approx(amount, this.#rounding.of(amount));
    const listed = plus(printed(row.cpuCost), printed(row.ramCost));
    const paid = times(listed, minus(approx(1), printed(row.discount)));
    const expected = plus(paid, printed(row.gpuCost), printed(row.adjustment));
    const actual = printed(row.totalCost);
    if (Number.isFinite(expected.value - actual.value)) {
      this.#nodes.push({ name: row.name, expected, actual });
    } else this.#findings.undetermined(`${row.name}: a cost that its sum needs is not known`);
  }

  report(comparison: Comparison): void {
    for (const { name, expected, actual } of this.#nodes) {
      comparison.compare([name], expected, actual);
    }
    this.#findings.report(comparison);
  }
}

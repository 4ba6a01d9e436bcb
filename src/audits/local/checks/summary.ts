import { approx } from '../../../costs/approximation.ts';
import { allocationCosts } from '../../../costs/rows.ts';
import type { LocalAudit } from '../audit.ts';
import type { AuditInput } from '../audit-input.ts';
import type { Comparison } from '../comparison.ts';
import { compareComponents } from '../component-comparison.ts';

/** `/allocation/summary` against `/allocation`, row by row: the total and every component. */
export const checkSummary: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations', 'summary'],
  comparesStores: true,
  evaluate(input, comparison) {
    const { rowAmounts: rows } = input;
    for (let id = 0; id < rows.size; id++) {
      const expected = rows.amount('expected', id);
      const actual = rows.amount('actual', id);
      const ownError = input.rowError('allocations', expected ?? 0);
      const summaryError = input.rowError('summary', actual ?? 0);
      const error = ownError + summaryError;
      if (expected !== null && actual !== null) {
        const delta = actual - expected;
        const isEqual = Math.abs(delta) <= error;
        if (isEqual) comparison.compared(error);
        else if (!Number.isFinite(delta)) {
          // rows have names only where they differ
          comparison.invalidData('the total of a row is not known: see CheckNullCost');
        } else {
          const key = [rows.name(id)];
          comparison.compare(key, approx(expected, ownError), approx(actual, summaryError));
        }
        const isKnown = Number.isFinite(delta) && !rows.components.hasTotalsOnly;
        if (isKnown) compareRow(input, { id, totalDelta: isEqual ? 0 : delta }, comparison);
      } else if (!(Math.abs(expected ?? actual ?? 0) <= error)) {
        const where = expected === null ? 'only in the summary' : 'not in the summary';
        comparison.addMissingAmount(
          [rows.name(id)],
          expected ?? actual ?? 0,
          (amount) => `${where}, with a cost of ${amount.toFixed(5)}`,
        );
      }
    }
    if (rows.components.hasTotalsOnly) compareNodes(input, comparison);
  },
};

function compareRow(
  { rowAmounts: rows }: AuditInput,
  { id, totalDelta }: { readonly id: number; readonly totalDelta: number },
  comparison: Comparison,
): void {
  const { components } = rows;
  compareComponents(
    components,
    {
      key: () => [rows.name(id)],
      sum: (side, component) => components.sum(side, id, component),
      fields: allocationCosts,
      totalDelta,
    },
    comparison,
  );
}

/** Of very many rows the components are known by node only. */
function compareNodes({ rowAmounts: rows }: AuditInput, comparison: Comparison): void {
  const { nodeComponents: components } = rows;
  comparison.remark(`${rows.size} rows: their cost components were compared by node`);
  if (components.hasTotalsOnly) {
    const sum = components.total.bind(components);
    compareComponents(
      components,
      { key: () => ['all rows'], sum, fields: allocationCosts, totalDelta: 0 },
      comparison,
    );
    return;
  }
  for (const [id, node] of rows.nodes().entries()) {
    const sum: typeof components.total = (side, component) => components.sum(side, id, component);
    compareComponents(
      components,
      { key: () => [node], sum, fields: allocationCosts, totalDelta: 0 },
      comparison,
    );
  }
}

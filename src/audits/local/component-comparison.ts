import type { Approx } from '../../costs/approximation.ts';
import { componentCount } from '../../costs/components.ts';
import { allocationCosts } from '../../costs/rows.ts';
import type { Comparison } from './comparison.ts';
import type { ComponentTotals } from './component-sums.ts';
import type { SideName } from './sides.ts';

/** What the components of one key are compared with. */
interface ComponentsOfKey {
  readonly key: () => readonly string[];
  readonly sum: (side: SideName, component: number) => Approx;
  /** By how much the total of the key differs; 0: it does not. */
  readonly totalDelta: number;
}

/**
 * Compares the cost components of a key that both responses print. A difference has the field as the
 * last part of its key. Components that together explain the difference of the total are not repeated, and
 * those that a row lacks are left to CheckNullCost.
 */
export function compareComponents(
  sums: ComponentTotals,
  { key, sum, totalDelta }: ComponentsOfKey,
  comparison: Comparison,
): void {
  const differing: { field: string; expected: Approx; actual: Approx }[] = [];
  let [delta, error] = [0, 0];
  for (let i = 0; i < componentCount; i++) {
    if (!sums.isPrinted(i)) continue;
    const [expected, actual] = [sum('expected', i), sum('actual', i)];
    if (Number.isNaN(expected.value)) {
      comparison.remark('cost components that a row lacks were not compared: see CheckNullCost');
      continue;
    }
    const resolution = comparison.resolutionOf(expected, actual);
    const own = actual.value - expected.value;
    if (Math.abs(own) <= resolution) {
      if (resolution > 0) comparison.compared(resolution);
      continue;
    }
    delta += own;
    error += resolution;
    differing.push({ field: allocationCosts[i] ?? '', expected, actual });
  }
  const isOneWay = differing.every(
    ({ expected, actual }) => actual.value > expected.value === totalDelta > 0,
  );
  if (totalDelta !== 0 && isOneWay && Math.abs(delta - totalDelta) <= error) return;
  for (const { field, expected, actual } of differing) {
    comparison.compare([...key(), field], expected, actual);
  }
}

import type { Approx } from '../../costs/approximation.ts';
import type { Comparison } from './comparison.ts';
import type { ComponentTotals } from './component-sums.ts';
import type { SideName } from './sides.ts';

/** What the components of one key are compared with. */
interface ComponentsOfKey {
  readonly key: () => readonly string[];
  /** Null where the component is not printed for every row of the key. */
  readonly sum: (side: SideName, component: number) => Approx | null;
  /** The names of the components. */
  readonly fields: readonly string[];
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
  { key, sum, fields, totalDelta }: ComponentsOfKey,
  comparison: Comparison,
): void {
  const differing: { field: string; expected: Approx; actual: Approx }[] = [];
  let [delta, error] = [0, 0];
  for (const [i, field] of fields.entries()) {
    if (!sums.isPrinted(i)) continue;
    const [expected, actual] = [sum('expected', i), sum('actual', i)];
    if (expected === null || actual === null) continue;
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
    differing.push({ field, expected, actual });
  }
  const isOneWay = differing.every(
    ({ expected, actual }) => actual.value > expected.value === totalDelta > 0,
  );
  if (totalDelta !== 0 && isOneWay && Math.abs(delta - totalDelta) <= error) return;
  for (const { field, expected, actual } of differing) {
    comparison.compare([...key(), field], expected, actual);
  }
}

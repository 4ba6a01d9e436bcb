import { type CostRequest, propertyOf } from '../../costs/requests.ts';
import { allocationCosts, assetCosts, isIdle } from '../../costs/rows.ts';
import type { AuditInput } from './audit-input.ts';
import type { Comparison } from './comparison.ts';
import { compareComponents } from './component-comparison.ts';
import type { KeyedTotals } from './keyed-sums.ts';

/** How the differences of an aggregate are reported. */
interface KeyedComparison {
  readonly request: CostRequest;
  /** The key of a difference, from the property and the key in the response. */
  readonly keyOf: (property: string, key: string) => readonly string[];
}

/**
 * Compares rows that were aggregated here with the server's aggregates, key by key. A key that only one
 * side has is a missing value where its cost differs from 0 in print.
 */
export function compareAggregate(
  input: AuditInput,
  { request, keyOf }: KeyedComparison,
  comparison: Comparison,
): void {
  const of = request.startsWith('assets') ? 'assets' : 'allocations';
  const property = propertyOf(request, of) ?? '';
  const fields = of === 'assets' ? assetCosts : allocationCosts;
  const unavailable = input.unavailableReason(request);
  const response = input.response(request);
  const isEmpty = response !== undefined && 'content' in response && response.content === 'empty';
  const sums = input.aggregate(request);
  if ((unavailable !== null && !isEmpty) || !sums) {
    comparison.undetermined(`by ${property}: ${unavailable ?? 'not requested'}`);
    return;
  }
  const mismatched: { readonly key: string; readonly id: number }[] = [];
  for (let id = 0; id < sums.size; id++) {
    const [ours, theirs] = [sums.rows('expected', id), sums.rows('actual', id)];
    if (ours === 0 && theirs === 0) continue;
    const resolution = comparison.resolutionOf(sums.sum('expected', id), sums.sum('actual', id));
    const delta = sums.value('actual', id) - sums.value('expected', id);
    const isOnce = ours > 0 && theirs > 0 && !sums.isRepeated('actual', id);
    // most keys agree, and need no place among the findings
    if (isOnce && Math.abs(delta) <= resolution) {
      comparison.compared(resolution);
      const named = { id, fields, totalDelta: 0, keyOf: (key: string) => keyOf(property, key) };
      compareParts(sums, named, comparison);
    } else mismatched.push({ key: sums.key(id), id });
  }
  if (sums.components.hasTotalsOnly && of === 'allocations') {
    const { components } = sums;
    const sum = components.total.bind(components);
    const key = () => keyOf(property, `all ${sums.size} keys`);
    compareComponents(components, { key, sum, fields, totalDelta: 0 }, comparison);
  }
  const emptyKey = withoutValue(sums, mismatched);
  mismatched.sort((a, b) => (a.key < b.key ? -1 : 1));
  const unplaced = mismatched.find(({ id }) => {
    return sums.rows('actual', id) === 0 && !Number.isFinite(sums.value('expected', id));
  });
  if (unplaced) {
    comparison.invalidData(
      `by ${property}: a row without a known cost has the key '${unplaced.key}', which the response does not have, and could belong to any`,
    );
    return;
  }
  for (const { key, id } of mismatched) {
    const [ours, theirs] = [sums.rows('expected', id), sums.rows('actual', id)];
    if (sums.isRepeated('actual', id)) {
      comparison.undetermined(`by ${property}: the response has the key ${key} more than once`);
      continue;
    }
    if (ours > 0 && theirs > 0) {
      comparison.compare(keyOf(property, key), sums.sum('expected', id), sums.sum('actual', id));
      const totalDelta = sums.value('actual', id) - sums.value('expected', id);
      const named = { id, fields, totalDelta, keyOf: () => keyOf(property, key) };
      if (Number.isFinite(totalDelta)) compareParts(sums, named, comparison);
      continue;
    }
    if (ours === 0 && isIdle(key)) continue;
    if (emptyKey !== null && (id === emptyKey.ours || id === emptyKey.theirs)) {
      const { ours: own, theirs: other } = emptyKey;
      if (id === own) {
        const [expected, actual] = [sums.sum('expected', own), sums.sum('actual', other)];
        comparison.compare(keyOf(property, key), expected, actual);
        const totalDelta = actual.value - expected.value;
        const named = { id, theirs: other, fields, totalDelta, keyOf: () => keyOf(property, key) };
        if (Number.isFinite(totalDelta)) compareParts(sums, named, comparison);
      }
      continue;
    }
    const { value, error } = sums.sum(ours > 0 ? 'expected' : 'actual', id);
    if (Math.abs(value) <= error) continue;
    const where = ours > 0 ? "not in the server's response" : 'only in the response';
    comparison.addMissingAmount(
      keyOf(property, key),
      value,
      (amount) => `${where}, with a cost of ${amount.toFixed(5)}`,
    );
  }
}

interface PartsOfKey {
  readonly id: number;
  /** The id of the server's key, where it is another one. */
  readonly theirs?: number;
  readonly fields: readonly string[];
  readonly totalDelta: number;
  readonly keyOf: (key: string) => readonly string[];
}

/** Compares the cost components under one key; of very many keys they are not known one by one. */
export function compareParts(
  sums: KeyedTotals,
  { id, theirs = id, fields, totalDelta, keyOf }: PartsOfKey,
  comparison: Comparison,
): void {
  const { components } = sums;
  if (components.hasTotalsOnly) return;
  // not every version adds up the parts of several assets under one key
  const isOneAsset = sums.rows('expected', id) === sums.rows('actual', theirs);
  if (fields === assetCosts && !isOneAsset) return;
  const sum: typeof components.total = (side, component) =>
    components.sum(side, side === 'actual' ? theirs : id, component);
  const key = () => keyOf(sums.key(id));
  compareComponents(components, { key, sum, fields, totalDelta }, comparison);
}

/** What servers call rows without a value for the property. */
const emptyKeys: ReadonlySet<string> = new Set(['', '__unallocated__', '__undefined__']);

/**
 * The ids of the rows without a value, where the server calls them otherwise than it is known to: each
 * side has one such key, and the other side does not have it.
 */
function withoutValue(
  sums: KeyedTotals,
  mismatched: readonly { readonly key: string; readonly id: number }[],
): { readonly ours: number; readonly theirs: number } | null {
  const empty = mismatched.filter(
    ({ key, id }) => emptyKeys.has(key) && !sums.isRepeated('actual', id),
  );
  const [own, ...otherOwn] = empty.filter(({ id }) => sums.rows('actual', id) === 0);
  const [theirs, ...otherTheirs] = empty.filter(({ id }) => sums.rows('expected', id) === 0);
  if (!own || !theirs || otherOwn.length + otherTheirs.length > 0) return null;
  return { ours: own.id, theirs: theirs.id };
}

import type { Audit, Difference, MissingValue } from './schema.ts';
import type { Status } from './types.ts';

export const sortOrders = ['delta', 'relative', 'key'] as const;
export type SortOrder = (typeof sortOrders)[number];

/** Which of the evaluated audits are shown; the gate does not depend on it. */
export interface Selection {
  /** Only audits with one of these; all where empty. */
  readonly statuses: readonly Status[];
  /** At most so many differences, over all audits; null for all. */
  readonly top: number | null;
  /** Only differences whose delta is at least this, in USD. */
  readonly minDelta: number;
  readonly sort: SortOrder;
}

/** A difference or a missing value with the audit that found it. */
export type DifferenceEntry = Pick<Audit, 'window' | 'type'> & (Difference | MissingValue);

/** The audits to show, with their differences in order, and the same differences over all audits. */
export function selectDifferences(
  audits: readonly Audit[],
  view: Selection,
): { audits: Audit[]; entries: DifferenceEntry[] } {
  const matching = audits.filter(
    ({ status }) => view.statuses.length === 0 || view.statuses.includes(status),
  );
  const shown = matching
    .flatMap((audit) => audit.differences.map((difference) => ({ audit, difference })))
    .filter(({ difference }) => magnitude(difference.delta) >= view.minDelta)
    .sort((a, b) => orders[view.sort](a.difference, b.difference))
    .slice(0, view.top ?? undefined);
  return {
    audits: matching.map((audit) => ({
      ...audit,
      differences: shown
        .filter((entry) => entry.audit === audit)
        .map(({ difference }) => difference),
    })),
    entries: [
      ...shown.map(({ audit: { window, type }, difference }) => ({ window, type, ...difference })),
      ...matching.flatMap(({ window, type, missing }) =>
        missing.map((value) => ({ window, type, ...value })),
      ),
    ],
  };
}

const orders: Readonly<Record<SortOrder, (a: Difference, b: Difference) => number>> = {
  delta: (a, b) => magnitude(b.delta) - magnitude(a.delta) || byKey(a, b),
  relative: (a, b) => magnitude(b.relative) - magnitude(a.relative) || byKey(a, b),
  key: byKey,
};

/** No number at all is worse than any. */
function magnitude(amount: number | null): number {
  return amount === null ? Number.MAX_VALUE : Math.abs(amount);
}

function byKey(a: Difference, b: Difference): number {
  const [left, right] = [a.key.join('\0'), b.key.join('\0')];
  return left < right ? -1 : left > right ? 1 : 0;
}

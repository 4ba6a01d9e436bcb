import { day as dayLength, type Span } from '../time.ts';
import type { RepairTarget } from './evidence.ts';
import { type RepairStore, storeNames } from './stores.ts';

/** A reason to rebuild sets: a finding, a gap, or the user's wish. */
export interface RepairReason {
  readonly window: Span;
  readonly stores: readonly RepairStore[];
  readonly reason: string;
  /** Cost that the sets have too much; 0 where they have too little or it is unknown. */
  readonly excessCost: number;
  /** Rows that the sets have too much. */
  readonly excessRows: number;
}

/**
 * One target per UTC day and store, with all reasons. Allocations take their prices from the assets, so
 * an asset set is followed by the allocation set of its day.
 */
export function targetsOf(reasons: readonly RepairReason[]): RepairTarget[] {
  const targets = new Map<string, RepairTarget>();
  for (const { window, stores, reason, excessCost, excessRows } of reasons) {
    const all = stores.includes('asset') ? [...stores, 'allocation' as const] : stores;
    for (const day of daysOf(window)) {
      for (const store of storeNames.filter((name) => all.includes(name))) {
        const key = `${day.start} ${store}`;
        const known = targets.get(key);
        const isNew = known?.reason.split('; ').includes(reason) !== true;
        targets.set(key, {
          day,
          store,
          reason: known && isNew ? `${known.reason}; ${reason}` : (known?.reason ?? reason),
          excess: {
            rows: (known?.excess.rows ?? 0) + excessRows,
            cost: (known?.excess.cost ?? 0) + excessCost,
          },
        });
      }
    }
  }
  return [...targets.values()];
}

/** UTC days that a window touches. */
export function daysOf({ start, end }: Span): Span[] {
  const days: Span[] = [];
  for (let at = Math.floor(start / dayLength) * dayLength; at < end; at += dayLength) {
    days.push({ start: at, end: at + dayLength });
  }
  return days;
}

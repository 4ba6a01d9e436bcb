import { isErrorKind, type Store, storeOf } from './kinds.ts';

export interface EventFilter {
  /** Beginnings of the wanted kinds; empty for all. */
  readonly kinds: readonly string[];
  /** null for both. */
  readonly store: Store | null;
  readonly errors: boolean;
}

export const everyEvent: EventFilter = { kinds: [], store: null, errors: false };

export function isWanted(filter: EventFilter, store: string | null, kind: string): boolean {
  if (filter.store !== null && filter.store !== store) return false;
  if (filter.errors && !isErrorKind(kind)) return false;
  return filter.kinds.length === 0 || filter.kinds.some((start) => kind.startsWith(start));
}

/** Whether a counter matches; the beginning of its kind names the store. */
export function isWantedCounter(filter: EventFilter, kind: string): boolean {
  return isWanted(filter, storeOf(kind), kind);
}

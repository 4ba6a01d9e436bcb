import { isErrorKind, type Store } from './kinds.ts';

export interface EventFilter {
  /** The beginnings of the kinds that are wanted; none: all. */
  readonly kinds: readonly string[];
  /** null: both. */
  readonly store: Store | null;
  readonly errors: boolean;
}

export const everyEvent: EventFilter = { kinds: [], store: null, errors: false };

export function isWanted(filter: EventFilter, store: Store | null, kind: string): boolean {
  if (filter.store !== null && filter.store !== store) return false;
  if (filter.errors && !isErrorKind(kind)) return false;
  return filter.kinds.length === 0 || filter.kinds.some((start) => kind.startsWith(start));
}

/** The store that a counter's kind names; null where it names none. */
export function storeOf(kind: string): Store | null {
  if (kind.startsWith('Allocation')) return 'allocation';
  return kind.startsWith('Asset') ? 'asset' : null;
}

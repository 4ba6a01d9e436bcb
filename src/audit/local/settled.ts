import type { Scope } from './questions.ts';
import type { Span } from './window.ts';

const hour = 3_600_000;

/** How long after its end a window still moves: bills arrive late, and yesterday is built till morning. */
export const settling = { bills: 48 * hour, stores: 6 * hour } as const;

export type Settling = keyof typeof settling;

/** Why a window cannot be judged yet; null where it can. */
export function unsettled(
  window: Span,
  by: Settling,
  { product }: Pick<Scope, 'product'>,
  now: number,
): string | null {
  const needed = by === 'bills' && product === 'kubecost' ? settling.bills : settling.stores;
  const age = now - window.end;
  if (age >= needed) return null;
  const since = age < 0 ? 'has not ended' : `ended ${Math.floor(age / hour)} h ago`;
  return `not settled yet: the window ${since}, what it needs settles after ${needed / hour} h`;
}

const prefix = 'not settled yet';

/** Whether this is the description of an audit that was skipped for its window being too young. */
export function isUnsettled(description: string): boolean {
  return description.startsWith(prefix);
}

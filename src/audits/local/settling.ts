import type { AuditScope } from '../../costs/requests.ts';
import type { Span } from '../../time.ts';
import { notSettled } from '../types.ts';

const hour = 3_600_000;

/** How long after its end a window still moves: bills arrive late, and yesterday is built till morning. */
export const settling = { bills: 48 * hour, stores: 6 * hour } as const;

export type Settling = keyof typeof settling;

/** Why a window cannot be judged yet; null where it can. */
export function unsettled(
  window: Span,
  by: Settling,
  { product }: Pick<AuditScope, 'product'>,
  now: number,
): string | null {
  const needed = by === 'bills' && product === 'kubecost' ? settling.bills : settling.stores;
  const age = now - window.end;
  if (age >= needed) return null;
  const since = age < 0 ? 'has not ended' : `ended ${Math.floor(age / hour)} h ago`;
  return `${notSettled}: the window ${since}, what it needs settles after ${needed / hour} h`;
}

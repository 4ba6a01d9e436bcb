import type { AuditScope } from '../../costs/requests.ts';
import { day, hour, type Span } from '../../time.ts';
import { notSettled } from '../types.ts';

/** How long after its end a window still changes: bills arrive late, yesterday is built in the morning. */
export const settling = { bills: 48 * hour, stores: 6 * hour } as const;

export type Settling = keyof typeof settling;

/** How long after its end a window of a product still changes, in milliseconds. */
export function settlingTime(by: Settling, product: AuditScope['product']): number {
  return by === 'bills' && product === 'kubecost' ? settling.bills : settling.stores;
}

/** The newest UTC days of which everything is settled, and how long after its end a day is (ms). */
export function settledSpan(
  days: number,
  product: AuditScope['product'],
  now: number,
): { readonly span: Span; readonly after: number } {
  const after = settlingTime('bills', product);
  const end = Math.floor((now - after) / day) * day;
  return { span: { start: end - days * day, end }, after };
}

/** Why a window cannot be evaluated yet; null where it can. */
export function unsettledReason(
  span: Span,
  by: Settling,
  { product }: Pick<AuditScope, 'product'>,
  now: number,
): string | null {
  const needed = settlingTime(by, product);
  const age = now - span.end;
  if (age >= needed) return null;
  const ended = age < 0 ? 'has not ended' : `ended ${Math.floor(age / hour)} h ago`;
  return `${notSettled}: the window ${ended}, and its data can change until ${needed / hour} h after its end`;
}

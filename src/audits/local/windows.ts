import { UsageError } from '../../errors.ts';
import type { Product } from '../../kubecost/product.ts';
import type { Window } from '../../kubecost/window.ts';
import { overlaps, type Span } from '../../time.ts';
import { settling } from './settling.ts';

const hour = 3_600_000;
export const steps = { '1h': hour, '1d': 24 * hour } as const;
const mostWindows = 5_000;
const commitDays = 7;

/**
 * The windows of an audit: every UTC day (or hour) that the asked one touches, whole.
 *
 * @throws UsageError where there are too many
 */
export function windowsOf({ span }: Window, step: keyof typeof steps): Span[] {
  const length = steps[step];
  const first = Math.floor(span.start / length) * length;
  const count = Math.ceil((span.end - first) / length);
  if (count > mostWindows) {
    throw new UsageError(
      `--window: ${count} windows of ${step} are more than kc-etl audits at a time (${mostWindows})`,
      'ask for a smaller --window',
    );
  }
  return Array.from({ length: count }, (_, i) => first + i * length)
    .map((start) => ({ start, end: start + length }))
    .filter((one) => overlaps(one, span));
}

/** The last days that no bill moves any more: what `--commit` means without a window. */
export function settledDays(product: Product, step: keyof typeof steps, now: number): Span[] {
  const needed = product.name === 'kubecost' ? settling.bills : settling.stores;
  const length = steps['1d'];
  const end = Math.floor((now - needed) / length) * length;
  const query = { start: end - commitDays * length, end };
  const own = steps[step];
  return Array.from({ length: (query.end - query.start) / own }, (_, i) => ({
    start: query.start + i * own,
    end: query.start + (i + 1) * own,
  }));
}

import type { AuditScope } from '../../costs/requests.ts';
import { UsageError } from '../../errors.ts';
import { day, hour, minute, type Span } from '../../time.ts';
import { settledSpan } from './settling.ts';

/** The lengths that audited windows can have, in milliseconds. */
export const steps = { '1h': hour, '1d': day } as const;
export type Step = keyof typeof steps;

const maxWindows = 5_000;
const commitDays = 7;

/**
 * The windows of an audit: every UTC day (or hour) that the requested span touches, whole.
 *
 * @throws UsageError where there are too many
 */
export function windowsOf(span: Span, step: Step): Span[] {
  const length = steps[step];
  const start = Math.floor(span.start / length) * length;
  const end = Math.max(span.end, start);
  const count = Math.ceil((end - start) / length);
  if (count > maxWindows) {
    throw new UsageError(
      `--window: ${count} windows of ${step} are more than kc-etl audits in one run (${maxWindows})`,
      'use a smaller --window',
    );
  }
  return windowsFrom(start, count, length);
}

/** The last 7 days that no bill changes any more: what `--commit` means without a window. */
export function settledDays(product: AuditScope['product'], step: Step, now: number): Span[] {
  return windowsOf(settledSpan(commitDays, product, now).span, step);
}

function windowsFrom(first: number, count: number, length: number): Span[] {
  return Array.from({ length: count }, (_, i) => ({
    start: first + i * length,
    end: first + (i + 1) * length,
  }));
}

/** Whether one span begins where the other ends. */
export function areAdjacent(a: Span, b: Span): boolean {
  return a.end === b.start || b.end === a.start;
}

/** The length of a span, in whole minutes. */
export function minutesOf({ start, end }: Span): number {
  return Math.round((end - start) / minute);
}

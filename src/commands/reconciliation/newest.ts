import { settledSpan } from '../../audits/local/settling.ts';
import { windowsOf } from '../../audits/local/windows.ts';
import { DataError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import type { Product } from '../../kubecost/product.ts';
import { plural } from '../../output/format.ts';
import { newestRun, reconciledDays } from '../../reconciliation/newest.ts';
import type { UnavailableDay } from '../../reconciliation/schema.ts';
import { day, formatSpan, formatTime, type Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { evaluateDays, productOf } from './evaluate.ts';

/** Days that are searched besides the requested number. */
const maxSkipped = 35;

/** Days that are evaluated at a time. */
const minBatch = 7;

/**
 * The newest `count` consecutive UTC days that are settled and reconciled in every cluster. Days of
 * unknown state count as not reconciled, and the reason names them.
 *
 * @throws DataError where there are none in the last `count` + 35 days
 */
export async function newestReconciledSpan(
  client: Client,
  count: number,
  context: Context,
): Promise<{ readonly span: Span; readonly reason: string; readonly product: Product }> {
  const newest = settledSpan(1, 'kubecost', context.deps.clock.now()).span.end;
  const oldest = newest - (count + maxSkipped) * day;
  const starts: number[] = [];
  const unknown: UnavailableDay[] = [];
  const product = await productOf(client, [{ start: newest - day, end: newest }]);
  for (let end = newest; end > oldest; ) {
    const start = Math.max(oldest, end - Math.max(count, minBatch) * day);
    const spans = windowsOf({ start, end }, '1d');
    const options = { metric: 'amortizedNetCost', product } as const;
    const evaluated = await evaluateDays(client, spans, options, context);
    if (evaluated.unsupported !== null) {
      throw new DataError(
        `no day is reconciled: ${evaluated.unsupported}`,
        'use --window settled, or compare with your own bill: kc-etl audit run --bill',
      );
    }
    starts.unshift(...reconciledDays(evaluated));
    unknown.push(...evaluated.unavailable);
    const first = newestRun(starts, count);
    if (first !== null) {
      const span = { start: first, end: first + count * day };
      const reason = `newest settled and reconciled days${unknownText(unknown, span)}`;
      return { span, reason, product };
    }
    if (evaluated.beforeStore > 0) break;
    end = start;
  }
  const last = starts.at(-1);
  const found =
    last === undefined ? 'none is' : `the newest one is ${formatTime(last).slice(0, 10)}`;
  throw new DataError(
    `${client.server}: no ${plural(count, 'consecutive settled day')} reconciled in every cluster; ${found}`,
    `see why: kc-etl reconciliation --window ${formatSpan({ start: oldest, end: newest })}`,
  );
}

/** Days after the span whose state is unknown: they may be reconciled as well. */
function unknownText(unknown: readonly UnavailableDay[], span: Span): string {
  const later = unknown.filter(({ window }) => Date.parse(window.start) >= span.end);
  const [first] = later;
  if (!first) return '';
  const dates = new Set(later.map(({ window }) => window.start));
  return `; ${plural(dates.size, 'later day')} unknown: ${first.reason}`;
}

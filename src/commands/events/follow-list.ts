import { UsageError } from '../../errors.ts';
import type { EventFilter } from '../../events/filter.ts';
import type { Client } from '../../kubecost/client.ts';
import { type ResolvedWindow, spanOf } from '../../kubecost/window.ts';
import type { EventsReport } from '../../output/result.ts';
import { hour, type Span } from '../../time.ts';
import type { Context, Outcome } from '../command.ts';
import { follow } from './follow.ts';
import type { ListOptions } from './list-options.ts';

const defaultInterval = 10_000;

interface FollowedLog {
  readonly client: Client;
  readonly window: ResolvedWindow | null;
  readonly query: EventsReport['query'];
  readonly filter: EventFilter;
  /** Maximum number of existing events; all where it is undefined. */
  readonly newest: number | undefined;
}

/**
 * `events list --follow`.
 *
 * @throws UsageError where the log is a saved one
 */
export function followEvents(
  { since, interval, exitOn }: ListOptions,
  { client, window, query, filter, newest = Number.POSITIVE_INFINITY }: FollowedLog,
  context: Context,
): Outcome {
  if (client.saved !== undefined || context.globals.from !== null) {
    throw new UsageError('--follow: a saved log gets no new events', 'leave the option out');
  }
  const open = since !== null && window ? openEnded(window.span) : null;
  const spanAt = (now: number | null) =>
    window && (open?.span ?? spanOf(window.query, now ?? context.deps.clock.now()));
  return follow(
    client,
    {
      query: { ...query, window: open?.query ?? query.window, spanAt },
      filter,
      newest,
      interval: interval ?? defaultInterval,
      exitOnError: exitOn === 'error',
    },
    context,
  );
}

/** The window of `--since` where the log is followed: it has no end, and the server moves that of its query. */
function openEnded({ start, end }: Span): { readonly query: string; readonly span: Span } {
  const hours = Math.ceil((end - start) / hour) + 1;
  return { query: `${hours}h`, span: { start, end: Number.POSITIVE_INFINITY } };
}

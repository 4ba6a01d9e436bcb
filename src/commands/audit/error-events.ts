import type { ErrorEvent } from '../../diagnosis/context.ts';
import { DataError } from '../../errors.ts';
import type { Event } from '../../events/schema.ts';
import { WholeEvents } from '../../events/whole-events.ts';
import type { Client } from '../../kubecost/client.ts';
import { requestLog } from '../events/read-log.ts';

const errorKind = /(Compute|Reconcile)Error/;

/** More errors of one window than these are not kept. */
const maxEvents = 100;

/**
 * Errors in the event log about some windows: why a day is missing or was not reconciled. None where
 * the server keeps no log, or the log cannot be read.
 *
 * @param starts of the windows
 */
export async function readErrorEvents(
  client: Client,
  starts: ReadonlySet<string>,
): Promise<ErrorEvent[]> {
  if (starts.size === 0) return [];
  try {
    const { sink } = await requestLog(
      client,
      { window: null, kinds: [] },
      () => new ErrorSink(starts),
    );
    return sink.events;
  } catch (error) {
    if (error instanceof DataError) return [];
    throw error;
  }
}

/** Keeps the errors of some windows, by the windows' starts. */
class ErrorSink extends WholeEvents {
  readonly events: ErrorEvent[] = [];
  readonly #starts: ReadonlySet<string>;
  readonly #counts = new Map<string, number>();

  constructor(starts: ReadonlySet<string>) {
    super();
    this.#starts = starts;
  }

  protected wants(kind: string): boolean {
    return errorKind.test(kind);
  }

  protected receive({ kind, time, window }: Event): void {
    if (window === null || !this.#starts.has(window.start)) return;
    const count = (this.#counts.get(window.start) ?? 0) + 1;
    this.#counts.set(window.start, count);
    if (count <= maxEvents) this.events.push({ kind, time, window });
  }
}

import type { Audit } from '../../audits/schema.ts';
import type { ErrorEvent } from '../../diagnosis/context.ts';
import { DataError } from '../../errors.ts';
import { unpack } from '../../events/packing.ts';
import type { Event } from '../../events/schema.ts';
import type { EventFields, EventSink } from '../../events/sink.ts';
import type { Client } from '../../kubecost/client.ts';
import { requestLog } from '../events/read-log.ts';

/** Audits whose failure an error of the pipeline can explain. */
const explainable: ReadonlySet<string> = new Set([
  'AuditAllocationReconciliation',
  'CheckMissingWindow',
]);

const errorKind = /(Compute|Reconcile)Error/;

/** More errors than these are not kept; they are of the windows with failed audits. */
const maxEvents = 1000;

/**
 * Errors in the event log about windows in which an audit failed: why a day is missing or was not
 * reconciled. None where the server keeps no log, or the log cannot be read.
 */
export async function readErrorEvents(
  client: Client,
  audits: readonly Audit[],
): Promise<ErrorEvent[]> {
  const failed = audits.filter(({ type, status }) => status === 'Failed' && explainable.has(type));
  if (failed.length === 0) return [];
  const starts = new Set(failed.map(({ window }) => window.start));
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
class ErrorSink implements EventSink {
  readonly events: ErrorEvent[] = [];
  readonly #starts: ReadonlySet<string>;
  readonly #kinds: { readonly store: string; readonly kind: string }[] = [];

  constructor(starts: ReadonlySet<string>) {
    this.#starts = starts;
  }

  kind(store: string, kind: string): number {
    return errorKind.test(kind) ? this.#kinds.push({ store, kind }) - 1 : -1;
  }

  add(fields: Readonly<EventFields>): void {
    const kind = this.#kinds[fields.kind];
    if (kind) this.addEvent(unpack(fields, kind));
  }

  addEvent({ kind, time, window }: Event): void {
    if (!errorKind.test(kind) || window === null || !this.#starts.has(window.start)) return;
    if (this.events.length < maxEvents) this.events.push({ kind, time, window });
  }

  setCounters(): void {}
}

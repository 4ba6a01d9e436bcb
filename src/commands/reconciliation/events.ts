import { unpack } from '../../events/packing.ts';
import type { Event } from '../../events/schema.ts';
import type { EventFields, EventSink } from '../../events/sink.ts';
import type { DayEvidence, StoreEvents } from '../../reconciliation/day-evidence.ts';
import { day } from '../../time.ts';

const steps: Readonly<Record<string, keyof StoreEvents>> = {
  Reconciled: 'reconciled',
  ReconcileError: 'error',
};

/** Latest Reconciled and ReconcileError events of days, by store. */
export class ReconciliationEvents implements EventSink {
  readonly #days: ReadonlyMap<number, DayEvidence>;
  readonly #kinds: { readonly store: string; readonly kind: string }[] = [];
  readonly #found: { one: DayEvidence; store: string; step: keyof StoreEvents; time: string }[] =
    [];

  /** @param days by their starts, in milliseconds since 1970 */
  constructor(days: ReadonlyMap<number, DayEvidence>) {
    this.#days = days;
  }

  kind(store: string, kind: string): number {
    return stepOf(kind) === null ? -1 : this.#kinds.push({ store, kind }) - 1;
  }

  add(fields: Readonly<EventFields>): void {
    const kind = this.#kinds[fields.kind];
    if (kind) this.addEvent(unpack(fields, kind));
  }

  addEvent({ store, kind, time, window }: Event): void {
    const step = stepOf(kind);
    if (step === null || window === null) return;
    const start = Date.parse(window.start);
    if (Date.parse(window.end) - start !== day) return;
    const one = this.#days.get(start);
    if (one) this.#found.push({ one, store, step, time });
  }

  setCounters(): void {}

  /** Adds what was found to the days, once the whole log has been read. */
  finish(): void {
    for (const { one, store, step, time } of this.#found) one.addEvent(store, step, time);
  }
}

function stepOf(kind: string): keyof StoreEvents | null {
  const [, step = ''] = /Set(Reconciled|ReconcileError)(?:Event)?$/.exec(kind) ?? [];
  return Object.hasOwn(steps, step) ? (steps[step] ?? null) : null;
}

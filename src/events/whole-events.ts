import { unpack } from './packing.ts';
import type { Event } from './schema.ts';
import type { EventFields, EventSink } from './sink.ts';

/** Sink of the events of some kinds, each as a whole: for the few events whose text or window counts. */
export abstract class WholeEvents implements EventSink {
  readonly #kinds: { readonly store: string; readonly kind: string }[] = [];

  /** Whether events of a kind are of interest; all others are dropped unread. */
  protected abstract wants(kind: string): boolean;

  /** Receives each event of these kinds, in the server's order. */
  protected abstract receive(event: Event): void;

  kind(store: string, kind: string): number {
    return this.wants(kind) ? this.#kinds.push({ store, kind }) - 1 : -1;
  }

  add(fields: Readonly<EventFields>): void {
    const kind = this.#kinds[fields.kind];
    if (kind) this.receive(unpack(fields, kind));
  }

  addEvent(event: Event): void {
    if (this.wants(event.kind)) this.receive(event);
  }

  setCounters(): void {}
}

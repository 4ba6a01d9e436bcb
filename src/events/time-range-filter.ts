import type { Span } from '../time.ts';
import type { Event } from './schema.ts';
import type { EventFields, EventSink } from './sink.ts';
import { parseTime } from './time.ts';

/** Sink that passes on the events whose time is in a span. */
export class TimeRangeFilter implements EventSink {
  readonly #sink: EventSink;
  readonly #start: number;
  readonly #end: number;

  constructor(sink: EventSink, { start, end }: Span) {
    this.#sink = sink;
    this.#start = start / 1000;
    this.#end = end / 1000;
  }

  kind(store: string, kind: string): number {
    return this.#sink.kind(store, kind);
  }

  add(fields: Readonly<EventFields>): void {
    if (this.#includes(fields)) this.#sink.add(fields);
  }

  addEvent(event: Event): void {
    const time = parseTime(event.time);
    if (time && this.#includes(time)) this.#sink.addEvent(event);
  }

  #includes({ seconds, nanos }: { readonly seconds: number; readonly nanos: number }): boolean {
    return seconds >= this.#start && seconds + nanos / 1e9 < this.#end;
  }

  setCounters(counters: ReadonlyMap<string, number>): void {
    this.#sink.setCounters(counters);
  }
}

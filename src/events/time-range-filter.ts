import type { Store } from './kinds.ts';
import type { Event } from './schema.ts';
import type { EventSink } from './sink.ts';
import { parseTime } from './time.ts';

/** Lets through what happened in a time span, in milliseconds since 1970, its end excluded. */
export class TimeRangeFilter implements EventSink {
  readonly #sink: EventSink;
  readonly #start: number;
  readonly #end: number;

  constructor(sink: EventSink, { start, end }: { readonly start: number; readonly end: number }) {
    this.#sink = sink;
    this.#start = start / 1000;
    this.#end = end / 1000;
  }

  kind(store: Store, kind: string): number {
    return this.#sink.kind(store, kind);
  }

  add(
    kind: number,
    seconds: number,
    nanos: number,
    digits: number,
    start: number,
    end: number,
    size: number,
  ): void {
    if (seconds < this.#start || seconds + nanos / 1e9 >= this.#end) return;
    this.#sink.add(kind, seconds, nanos, digits, start, end, size);
  }

  addEvent(event: Event): void {
    const time = parseTime(event.time);
    if (!time || time.seconds < this.#start || time.seconds + time.nanos / 1e9 >= this.#end) return;
    this.#sink.addEvent(event);
  }

  setCounters(counters: ReadonlyMap<string, number>): void {
    this.#sink.setCounters(counters);
  }
}

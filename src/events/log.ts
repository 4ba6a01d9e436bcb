import { EventColumns } from './columns.ts';
import { type EventFilter, everyEvent, isWanted, isWantedCounter } from './filter.ts';
import { jsonLines } from './json-lines.ts';
import { pack, unpack } from './packing.ts';
import type { Event } from './schema.ts';
import type { EventFields, EventSink } from './sink.ts';
import { parseTime } from './time.ts';
import { timeOrder } from './time-sort.ts';

const maxKinds = 10_000;

/** Events of a log that match a filter, sorted by time to the nanosecond (stable). */
export class EventLog implements EventSink, Iterable<Event> {
  /** Number of events that matched, including those dropped beyond `newest`. */
  total = 0;
  /** Counters that match the filter, by kind. */
  readonly counters = new Map<string, number>();
  readonly #filter: EventFilter;
  readonly #newest: number;
  readonly #kinds: { store: string; kind: string }[] = [];
  readonly #ids = new Map<string, Map<string, number>>();
  #columns = new EventColumns();
  #order: Uint32Array | undefined;
  /** `newest` events at or after this time are kept, so older ones can be dropped. */
  #since = { seconds: Number.NEGATIVE_INFINITY, nanos: 0 };

  /** @param newest maximum number of events to keep; memory is then independent of the log's size */
  constructor(filter: EventFilter = everyEvent, newest = Number.POSITIVE_INFINITY) {
    this.#filter = filter;
    this.#newest = newest;
  }

  /** Number of events kept. */
  get length(): number {
    return Math.min(this.#columns.length, this.#newest);
  }

  kind(store: string, kind: string): number {
    const ids = this.#ids.get(store) ?? new Map<string, number>();
    const known = ids.get(kind);
    if (known !== undefined) return known;
    const id = isWanted(this.#filter, store, kind) ? this.#kinds.push({ store, kind }) - 1 : -1;
    this.#ids.set(store, ids.set(kind, id));
    return id;
  }

  add(fields: Readonly<EventFields>): void {
    if (!this.#isRecent(fields.seconds, fields.nanos)) return;
    this.#columns.add(fields);
    this.#dropOld();
  }

  addEvent(event: Event): void {
    const { store, kind } = event;
    if (!isWanted(this.#filter, store, kind)) return;
    const time = parseTime(event.time);
    if (!time) throw new RangeError(`an event's time is not RFC 3339: ${event.time}`);
    const packed = this.#kinds.length < maxKinds ? pack(event, time) : null;
    if (packed) this.add({ ...packed, kind: this.kind(store, kind) });
    else if (this.#isRecent(time.seconds, time.nanos)) {
      this.#columns.addObject(event, time.seconds, time.nanos);
      this.#dropOld();
    }
  }

  setCounters(counters: ReadonlyMap<string, number>): void {
    for (const [kind, count] of counters) {
      if (isWantedCounter(this.#filter, kind)) this.counters.set(kind, count);
    }
  }

  *[Symbol.iterator](): Generator<Event> {
    for (const index of this.#sorted()) {
      this.#columns.seek(index);
      const kind = this.#kinds[this.#columns.kind];
      const event = this.#columns.object ?? (kind && unpack(this.#columns, kind));
      if (event) yield event;
    }
  }

  /** NDJSON of the events, one `JSON.stringify` text a line, in chunks of about 64 KB. */
  jsonLines(): Iterable<string> {
    return jsonLines(this.#columns, this.#sorted(), this.#kinds);
  }

  /** Counts an event; false where `newest` later ones are already kept. */
  #isRecent(seconds: number, nanos: number): boolean {
    this.total++;
    this.#order = undefined;
    const since = this.#since;
    return seconds > since.seconds || (seconds === since.seconds && nanos >= since.nanos);
  }

  #sorted(): Uint32Array {
    this.#order ??= timeOrder(this.#columns);
    return this.#order.subarray(this.#order.length - this.length);
  }

  /** Drops events beyond `newest`, rarely enough that the sort is cheap per event. */
  #dropOld(): void {
    if (this.#columns.length < 2 * this.#newest + 0x1_0000) return;
    const newest = new EventColumns();
    for (const index of this.#sorted()) {
      this.#columns.seek(index);
      newest.addFrom(this.#columns);
    }
    this.#columns = newest;
    this.#order = undefined;
    newest.seek(0);
    this.#since = { seconds: newest.seconds, nanos: newest.nanos };
  }
}

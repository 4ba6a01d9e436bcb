import { Columns } from './columns.ts';
import { type EventFilter, everyEvent, isWanted, storeOf } from './filter.ts';
import { jsonLines } from './json-lines.ts';
import type { Store } from './kinds.ts';
import { pack, unpack } from './packing.ts';
import type { Event } from './schema.ts';
import type { EventSink } from './sink.ts';
import { parseTime } from './time.ts';
import { timeOrder } from './time-sort.ts';

const mostKinds = 10_000;

/**
 * The events of a log that match a filter, oldest first to the nanosecond; those of the same
 * nanosecond in the order they came in.
 */
export class EventLog implements EventSink, Iterable<Event> {
  /** Events that matched, also those that were not kept. */
  total = 0;
  /** The counters that match, by kind. */
  readonly counters = new Map<string, number>();
  readonly #filter: EventFilter;
  readonly #newest: number;
  readonly #kinds: { store: Store; kind: string }[] = [];
  readonly #ids = { allocation: new Map<string, number>(), asset: new Map<string, number>() };
  #columns = new Columns();
  #order: Uint32Array | undefined;
  /** As many events as are wanted are known that are not older than this. */
  #since = { seconds: Number.NEGATIVE_INFINITY, nanos: 0 };

  /** @param newest keep only so many, in memory that does not grow with the log */
  constructor(filter: EventFilter = everyEvent, newest = Number.POSITIVE_INFINITY) {
    this.#filter = filter;
    this.#newest = newest;
  }

  /** Events kept. */
  get length(): number {
    return Math.min(this.#columns.length, this.#newest);
  }

  kind(store: Store, kind: string): number {
    const known = this.#ids[store].get(kind);
    if (known !== undefined) return known;
    const id = isWanted(this.#filter, store, kind) ? this.#kinds.push({ store, kind }) - 1 : -1;
    this.#ids[store].set(kind, id);
    return id;
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
    if (!this.#isNew(seconds, nanos)) return;
    this.#columns.add(kind, seconds, nanos, digits, start, end, size);
    this.#dropOld();
  }

  addEvent(event: Event): void {
    const { store, kind } = event;
    if (!isWanted(this.#filter, store, kind)) return;
    const time = parseTime(event.time);
    if (!time) throw new RangeError(`an event's time is not RFC 3339: ${event.time}`);
    const { seconds, nanos, digits } = time;
    const packed = this.#kinds.length < mostKinds ? pack(event, time) : null;
    if (packed) {
      const { start, end, size } = packed;
      this.add(this.kind(store, kind), seconds, nanos, digits, start, end, size);
    } else if (this.#isNew(seconds, nanos)) {
      this.#columns.addObject(event, seconds, nanos);
      this.#dropOld();
    }
  }

  setCounters(counters: ReadonlyMap<string, number>): void {
    for (const [kind, count] of counters) {
      if (isWanted(this.#filter, storeOf(kind), kind)) this.counters.set(kind, count);
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

  /** The events as NDJSON, the text of `JSON.stringify` a line, in pieces of about 64 KB. */
  jsonLines(): Iterable<string> {
    return jsonLines(this.#columns, this.#sorted(), this.#kinds);
  }

  /** Counts an event; false where enough newer ones are known. */
  #isNew(seconds: number, nanos: number): boolean {
    this.total++;
    this.#order = undefined;
    const since = this.#since;
    return seconds > since.seconds || (seconds === since.seconds && nanos >= since.nanos);
  }

  #sorted(): Uint32Array {
    this.#order ??= timeOrder(this.#columns);
    return this.#order.subarray(this.#order.length - this.length);
  }

  /** Seldom enough that the sorting costs little per event. */
  #dropOld(): void {
    if (this.#columns.length < 2 * this.#newest + 0x1_0000) return;
    const newest = new Columns();
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

import { type EventFilter, isWantedCounter } from './filter.ts';
import { EventLog } from './log.ts';
import { pack } from './packing.ts';
import type { Event } from './schema.ts';
import { Fingerprint, Seen } from './seen.ts';
import type { EventFields, EventSink } from './sink.ts';
import { parseTime } from './time.ts';

/** Result of one poll. */
export interface PollResult {
  /** Events that no earlier poll returned, oldest first. */
  readonly events: EventLog;
  /** Number of events that the counters report and the log no longer listed. */
  readonly missed: number;
  /** A counter went back, so the server process was restarted. */
  readonly restarted: boolean;
}

/**
 * Filter for the new events of each poll, independent of the length and the order of the log: every
 * event that a poll returned is remembered by a fingerprint of all its fields.
 */
export class Follower {
  readonly #filter: EventFilter;
  readonly #newest: number;
  #seen = new Seen();
  #counters: ReadonlyMap<string, number> | null = null;

  /** @param newest maximum number of events of the first poll, which returns the existing log */
  constructor(filter: EventFilter, newest = Number.POSITIVE_INFINITY) {
    this.#filter = filter;
    this.#newest = newest;
  }

  /** Sink for one response; `accept` makes its events known. */
  poll(): Poll {
    const isFirst = this.#counters === null && this.#seen.size === 0;
    return new Poll(this.#filter, this.#seen, isFirst ? this.#newest : Number.POSITIVE_INFINITY);
  }

  accept(poll: Poll): PollResult {
    const before = this.#counters;
    const now = poll.counters;
    if (this.#seen.size === 0) this.#seen = poll.fresh;
    else this.#seen.addAll(poll.fresh);
    // a poll without counters is skipped: the next counters are compared with the last ones
    if (now.size > 0) this.#counters = now;
    if (before === null || now.size === 0) return { events: poll.log, missed: 0, restarted: false };
    const restarted = [...before].some(([kind, count]) => (now.get(kind) ?? 0) < count);
    let missed = 0;
    for (const [kind, count] of now) {
      if (!isWantedCounter(this.#filter, kind)) continue;
      const counted = count - (restarted ? 0 : (before.get(kind) ?? 0));
      missed += Math.max(0, counted - (poll.newByKind.get(kind) ?? 0));
    }
    return { events: poll.log, missed, restarted };
  }
}

/** Sink for one response that keeps its new events. */
export class Poll implements EventSink {
  readonly log: EventLog;
  readonly fresh = new Seen();
  /** Number of new events by kind. */
  readonly newByKind = new Map<string, number>();
  counters: ReadonlyMap<string, number> = new Map();
  readonly #seen: Seen;
  readonly #print = new Fingerprint();
  readonly #kinds: { kind: string; low: number; high: number }[] = [];

  constructor(filter: EventFilter, seen: Seen, newest: number) {
    this.log = new EventLog(filter, newest);
    this.#seen = seen;
  }

  kind(store: string, kind: string): number {
    const id = this.log.kind(store, kind);
    if (id < 0 || this.#kinds[id]) return id;
    this.#print.start(1, 2);
    this.#print.text(`${store} ${kind}`);
    this.#kinds[id] = { kind, low: this.#print.low, high: this.#print.high };
    return id;
  }

  add(fields: Readonly<EventFields>): void {
    const known = this.#kinds[fields.kind];
    if (!known) return;
    const print = this.#print;
    print.start(known.low, known.high);
    print.number(fields.seconds % 0x1_0000_0000);
    print.number(Math.floor(fields.seconds / 0x1_0000_0000));
    print.number(fields.nanos);
    print.number(fields.digits);
    print.number(fields.start);
    print.number(fields.end);
    print.number(fields.size);
    if (this.#isNew(known.kind)) this.log.add(fields);
  }

  addEvent(event: Event): void {
    const time = parseTime(event.time);
    const packed = time && pack(event, time);
    const kind = this.kind(event.store, event.kind);
    if (kind < 0) return;
    if (packed) {
      this.add({ ...packed, kind });
      return;
    }
    this.#print.start(3, 4);
    this.#print.text(JSON.stringify(event));
    if (this.#isNew(event.kind)) this.log.addEvent(event);
  }

  setCounters(counters: ReadonlyMap<string, number>): void {
    this.counters = counters;
  }

  #isNew(kind: string): boolean {
    const { low, high } = this.#print;
    if (this.#seen.has(low, high) || !this.fresh.add(low, high)) return false;
    this.newByKind.set(kind, (this.newByKind.get(kind) ?? 0) + 1);
    return true;
  }
}

import { type EventFilter, isWanted, storeOf } from './filter.ts';
import type { Store } from './kinds.ts';
import { EventLog } from './log.ts';
import { pack } from './packing.ts';
import type { Event } from './schema.ts';
import { Fingerprint, Seen } from './seen.ts';
import type { EventSink } from './sink.ts';
import { parseTime } from './time.ts';

/** What one poll brought. */
export interface PollResult {
  /** Events that no earlier poll returned, oldest first. */
  readonly events: EventLog;
  /** Events that were counted since the last poll and were not in the log any more. */
  readonly missed: number;
  /** The counters went back: the server began anew. */
  readonly restarted: boolean;
}

/**
 * Tells new events from those that were there before, whatever the length and the order of the log:
 * every event that any poll returned is remembered, by a fingerprint of all that it says.
 */
export class Follower {
  readonly #filter: EventFilter;
  readonly #newest: number;
  #seen = new Seen();
  #counters: ReadonlyMap<string, number> | null = null;

  /** @param newest of the first poll, which returns what was there before, keep only so many */
  constructor(filter: EventFilter, newest = Number.POSITIVE_INFINITY) {
    this.#filter = filter;
    this.#newest = newest;
  }

  /** A sink for one answer; what it takes counts once it is given to `take`. */
  poll(): Poll {
    const isFirst = this.#counters === null && this.#seen.size === 0;
    return new Poll(this.#filter, this.#seen, isFirst ? this.#newest : Number.POSITIVE_INFINITY);
  }

  take(poll: Poll): PollResult {
    const before = this.#counters;
    const now = poll.counters;
    if (this.#seen.size === 0) this.#seen = poll.fresh;
    else this.#seen.addAll(poll.fresh);
    // without counters nothing can be said; the next ones are compared with the last
    if (now.size > 0) this.#counters = now;
    if (before === null || now.size === 0) return { events: poll.log, missed: 0, restarted: false };
    const restarted = [...before].some(([kind, count]) => (now.get(kind) ?? 0) < count);
    let missed = 0;
    for (const [kind, count] of now) {
      if (!isWanted(this.#filter, storeOf(kind), kind)) continue;
      const counted = count - (restarted ? 0 : (before.get(kind) ?? 0));
      missed += Math.max(0, counted - (poll.unseen.get(kind) ?? 0));
    }
    return { events: poll.log, missed, restarted };
  }
}

/** Takes an answer, and keeps of it what is new. */
export class Poll implements EventSink {
  readonly log: EventLog;
  readonly fresh = new Seen();
  /** New events by kind. */
  readonly unseen = new Map<string, number>();
  counters: ReadonlyMap<string, number> = new Map();
  readonly #seen: Seen;
  readonly #print = new Fingerprint();
  readonly #kinds: { kind: string; low: number; high: number }[] = [];

  constructor(filter: EventFilter, seen: Seen, newest: number) {
    this.log = new EventLog(filter, newest);
    this.#seen = seen;
  }

  kind(store: Store, kind: string): number {
    const id = this.log.kind(store, kind);
    if (id < 0 || this.#kinds[id]) return id;
    this.#print.start(1, 2);
    this.#print.text(`${store} ${kind}`);
    this.#kinds[id] = { kind, low: this.#print.low, high: this.#print.high };
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
    const known = this.#kinds[kind];
    if (!known) return;
    const print = this.#print;
    print.start(known.low, known.high);
    print.number(seconds % 0x1_0000_0000);
    print.number(Math.floor(seconds / 0x1_0000_0000));
    print.number(nanos);
    print.number(digits);
    print.number(start);
    print.number(end);
    print.number(size);
    if (this.#isNew(known.kind)) this.log.add(kind, seconds, nanos, digits, start, end, size);
  }

  addEvent(event: Event): void {
    const time = parseTime(event.time);
    const packed = time && pack(event, time);
    const kind = this.kind(event.store, event.kind);
    if (kind < 0) return;
    if (time && packed) {
      const { start, end, size } = packed;
      this.add(kind, time.seconds, time.nanos, time.digits, start, end, size);
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
    this.unseen.set(kind, (this.unseen.get(kind) ?? 0) + 1);
    return true;
  }
}

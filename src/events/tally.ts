import { hour, minute } from '../time.ts';

const maxBuckets = 100_000;
const maxLengths = 1000;

/** The events of one kind; times in milliseconds since 1970. */
export interface KindTally {
  /** Name of the list, usually a Store. */
  readonly store: string;
  readonly kind: string;
  count: number;
  first: number;
  last: number;
}

/** Totals over a whole log: events by kind and by hour, and the times of saves. */
export class Tally {
  readonly kinds: KindTally[] = [];
  /** Events by hour, counted since 1970. */
  readonly hours = new Buckets();
  readonly #saves = new Map<string, Buckets>();

  /** Adds a kind. */
  kind(store: string, kind: string): KindTally {
    const tally = {
      store,
      kind,
      count: 0,
      first: Number.POSITIVE_INFINITY,
      last: Number.NEGATIVE_INFINITY,
    };
    this.kinds.push(tally);
    return tally;
  }

  /**
   * @param time milliseconds since 1970
   * @param saved minutes of the window of a set that was saved; 0 for any other event
   */
  add(kind: KindTally, time: number, saved: number): void {
    kind.count++;
    if (time < kind.first) kind.first = time;
    if (time > kind.last) kind.last = time;
    this.hours.add(Math.floor(time / hour));
    if (saved > 0) this.saves(kind.store, saved).add(Math.floor(time / minute));
  }

  /** Minutes since 1970 in which sets of this length (in minutes) were saved. */
  saves(store: string, length: number): Buckets {
    const key = `${store} ${length}`;
    const known = this.#saves.get(key);
    if (known) return known;
    const made = new Buckets();
    if (this.#saves.size < maxLengths) this.#saves.set(key, made);
    return made;
  }

  /** First and last event of a store, or of all; null where there is none. */
  span(store: string | null): { first: number; last: number } | null {
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const kind of this.kinds) {
      if (store !== null && kind.store !== store) continue;
      first = Math.min(first, kind.first);
      last = Math.max(last, kind.last);
    }
    return first <= last ? { first, last } : null;
  }
}

/** Counts by hour or minute number; beyond a limit the older half is dropped. */
export class Buckets {
  readonly counts = new Map<number, number>();
  #since = Number.NEGATIVE_INFINITY;

  add(bucket: number): void {
    if (bucket < this.#since) return;
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
    if (this.counts.size <= maxBuckets) return;
    const newest = [...this.counts.keys()].sort((a, b) => a - b).slice(maxBuckets / 2);
    this.#since = newest[0] ?? this.#since;
    for (const old of this.counts.keys()) if (old < this.#since) this.counts.delete(old);
  }

  /** In order of time. */
  sorted(): [bucket: number, count: number][] {
    return [...this.counts].sort(([a], [b]) => a - b);
  }
}

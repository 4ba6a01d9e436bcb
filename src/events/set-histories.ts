import { type EventFilter, everyEvent, isWanted } from './filter.ts';
import { type Step, type Store, stepNames, stepOf, stores } from './kinds.ts';
import type { Event } from './schema.ts';
import { type EventSink, NONE } from './sink.ts';
import { type KindTally, Tally } from './tally.ts';
import { type Instant, parseTime } from './time.ts';

const bits = 10;
const rows = 1 << bits;
const width = stepNames.length;
const [SAVED, LOADED] = [stepNames.indexOf('Saved'), stepNames.indexOf('Loaded')];

class Segment {
  readonly store = new Uint8Array(rows);
  readonly start = new Float64Array(rows);
  readonly end = new Float64Array(rows);
  readonly size = new Float64Array(rows).fill(NONE);
  readonly count = new Uint32Array(rows * width);
  readonly first = new Float64Array(rows * width);
  readonly last = new Float64Array(rows * width);
}

/** All that a log says about one set; times in milliseconds since 1970. */
export class SetHistory {
  readonly #segment: Segment;
  readonly #row: number;

  constructor(segment: Segment, row: number) {
    this.#segment = segment;
    this.#row = row;
  }

  get store(): Store {
    return stores[this.#segment.store[this.#row] ?? 0] ?? 'allocation';
  }
  get start(): number {
    return this.#segment.start[this.#row] ?? 0;
  }
  get end(): number {
    return this.#segment.end[this.#row] ?? 0;
  }
  /** Rows, when it was last saved or loaded; null where that was not said. */
  get size(): number | null {
    const size = this.#segment.size[this.#row] ?? NONE;
    return size === NONE ? null : size;
  }
  /** How often a step happened to it. */
  count(step: Step): number {
    return this.#segment.count[this.#at(step)] ?? 0;
  }
  /** When it did first; infinite where it never did. */
  first(step: Step): number {
    const at = this.#at(step);
    return this.#segment.count[at] ? (this.#segment.first[at] ?? 0) : Number.POSITIVE_INFINITY;
  }
  /** When it did last; minus infinite where it never did. */
  last(step: Step): number {
    const at = this.#at(step);
    return this.#segment.count[at] ? (this.#segment.last[at] ?? 0) : Number.NEGATIVE_INFINITY;
  }

  #at(step: Step): number {
    return this.#row * width + stepNames.indexOf(step);
  }
}

interface Kind {
  readonly storeIndex: number;
  readonly tally: KindTally;
  /** Of `stepNames`; -1 for a kind nobody knows. */
  readonly step: number;
}

const minute = 60_000;
/** A window in one number: its length below, its start above; longer or older ones are told apart by text. */
const longest = 2 ** 21;

/**
 * A log folded into the lives of its sets, in memory that grows with the sets and not with the
 * events. What it tells of the log as a whole is in `tally`.
 */
export class SetHistories implements EventSink {
  readonly tally = new Tally();
  readonly counters = new Map<string, number>();
  readonly #filter: EventFilter;
  readonly #segments: Segment[] = [];
  readonly #ids = stores.map(() => new Map<number | string, number>());
  readonly #kinds: Kind[] = [];
  readonly #kindIds = stores.map(() => new Map<string, number>());
  #length = 0;

  constructor(filter: EventFilter = everyEvent) {
    this.#filter = filter;
  }

  kind(store: Store, kind: string): number {
    const storeIndex = stores.indexOf(store);
    const known = this.#kindIds[storeIndex]?.get(kind);
    if (known !== undefined) return known;
    const id = isWanted(this.#filter, store, kind) ? this.#kinds.length : -1;
    this.#kindIds[storeIndex]?.set(kind, id);
    if (id < 0) return -1;
    const step = stepOf(kind);
    const tally = this.tally.kind(store, kind);
    this.#kinds.push({ storeIndex, tally, step: step === null ? -1 : stepNames.indexOf(step) });
    return id;
  }

  add(
    kind: number,
    seconds: number,
    nanos: number,
    _digits: number,
    start: number,
    end: number,
    size: number,
  ): void {
    const known = this.#kinds[kind];
    if (!known) return;
    const time = seconds * 1000 + nanos / 1e6;
    this.tally.add(known.tally, time, known.step === SAVED ? end - start : 0);
    if (known.step < 0 || start === NONE) return;
    this.#live(known.storeIndex, known.step, time, start * minute, end * minute, size);
  }

  addEvent(event: Event): void {
    const known = this.#kinds[this.kind(event.store, event.kind)];
    const time = milliseconds(parseTime(event.time));
    if (!known || time === null) return;
    const { window } = event;
    const start = window && milliseconds(parseTime(window.start));
    const end = window && milliseconds(parseTime(window.end));
    const length = start === null || end === null ? 0 : (end - start) / minute;
    this.tally.add(known.tally, time, known.step === SAVED ? length : 0);
    if (known.step < 0 || start === null || end === null) return;
    this.#live(known.storeIndex, known.step, time, start, end, event.size ?? NONE);
  }

  setCounters(counters: ReadonlyMap<string, number>): void {
    for (const [kind, count] of counters) this.counters.set(kind, count);
  }

  /** The sets, in the order in which the log first named them. */
  *[Symbol.iterator](): Generator<SetHistory> {
    for (let id = 0; id < this.#length; id++) yield this.#life(id);
  }

  #live(store: number, step: number, time: number, start: number, end: number, size: number): void {
    const id = this.#id(store, start, end);
    const segment = this.#segments[id >>> bits];
    if (!segment) return;
    const row = id & (rows - 1);
    const at = row * width + step;
    const count = segment.count[at] ?? 0;
    const last = segment.last[at] ?? 0;
    segment.count[at] = count + 1;
    if (count === 0 || time < (segment.first[at] ?? 0)) segment.first[at] = time;
    if (count > 0 && time < last) return;
    segment.last[at] = time;
    if (step !== SAVED && step !== LOADED) return;
    const other = row * width + (step === SAVED ? LOADED : SAVED);
    if (time >= (segment.last[other] ?? 0)) segment.size[row] = size;
  }

  #id(store: number, start: number, end: number): number {
    const length = (end - start) / minute;
    const isPlain =
      start >= 0 && start % minute === 0 && length >= 0 && length < longest && length % 1 === 0;
    const key = isPlain ? (start / minute) * longest + length : `${start} ${end}`;
    const ids = this.#ids[store] ?? new Map<number | string, number>();
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = this.#length++;
    ids.set(key, id);
    const row = id & (rows - 1);
    if (row === 0) this.#segments.push(new Segment());
    const segment = this.#segments[id >>> bits];
    if (segment) {
      segment.store[row] = store;
      segment.start[row] = start;
      segment.end[row] = end;
    }
    return id;
  }

  #life(id: number): SetHistory {
    return new SetHistory(this.#segments[id >>> bits] ?? new Segment(), id & (rows - 1));
  }
}

function milliseconds(time: Instant | null): number | null {
  return time === null ? null : time.seconds * 1000 + time.nanos / 1e6;
}

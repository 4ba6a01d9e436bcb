import { type EventFilter, everyEvent, isWanted } from './filter.ts';
import { type Step, type Store, stepNames, stepOf, stores } from './kinds.ts';
import type { Event } from './schema.ts';
import { type EventFields, type EventSink, NONE } from './sink.ts';
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

/** Steps of one set in the log; times in milliseconds since 1970. */
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
  /** Rows when it was last saved or loaded; null where not reported. */
  get size(): number | null {
    const size = this.#segment.size[this.#row] ?? NONE;
    return size === NONE ? null : size;
  }
  /** Number of times the step is logged. */
  count(step: Step): number {
    return this.#segment.count[this.#at(step)] ?? 0;
  }
  /** First time of the step; infinite where it is not logged. */
  first(step: Step): number {
    const at = this.#at(step);
    return this.#segment.count[at] ? (this.#segment.first[at] ?? 0) : Number.POSITIVE_INFINITY;
  }
  /** Last time of the step; minus infinity where it is not logged. */
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
  /** Index in `stepNames`; -1 for an unknown kind. */
  readonly step: number;
}

const minute = 60_000;
/** Limit of a window's length in minutes for a numeric key (start and length in one number); others have a text key. */
const maxKeyLength = 2 ** 21;

/**
 * A log grouped by set, in memory that grows with the number of sets, not of events. Totals over
 * the whole log are in `tally`.
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
  /** The step being recorded: milliseconds since 1970, and rows; reused for every event. */
  readonly #step = { time: 0, start: 0, end: 0, size: 0 };

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

  add(fields: Readonly<EventFields>): void {
    const known = this.#kinds[fields.kind];
    if (!known) return;
    const { start, end } = fields;
    const time = fields.seconds * 1000 + fields.nanos / 1e6;
    this.tally.add(known.tally, time, known.step === SAVED ? end - start : 0);
    if (known.step < 0 || start === NONE) return;
    const step = this.#step;
    step.time = time;
    step.start = start * minute;
    step.end = end * minute;
    step.size = fields.size;
    this.#record(known);
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
    Object.assign(this.#step, { time, start, end, size: event.size ?? NONE });
    this.#record(known);
  }

  setCounters(counters: ReadonlyMap<string, number>): void {
    for (const [kind, count] of counters) this.counters.set(kind, count);
  }

  /** Sets in the order of their first event in the log. */
  *[Symbol.iterator](): Generator<SetHistory> {
    for (let id = 0; id < this.#length; id++) yield this.#history(id);
  }

  #record({ storeIndex, step }: Kind): void {
    const { time, start, end, size } = this.#step;
    const id = this.#id(storeIndex, start, end);
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
      start >= 0 &&
      start % minute === 0 &&
      length >= 0 &&
      length < maxKeyLength &&
      length % 1 === 0;
    const key = isPlain ? (start / minute) * maxKeyLength + length : `${start} ${end}`;
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

  #history(id: number): SetHistory {
    return new SetHistory(this.#segments[id >>> bits] ?? new Segment(), id & (rows - 1));
  }
}

function milliseconds(time: Instant | null): number | null {
  return time === null ? null : time.seconds * 1000 + time.nanos / 1e6;
}

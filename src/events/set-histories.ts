import { day, minute, type Span } from '../time.ts';
import { errorText } from './error-text.ts';
import { type EventFilter, everyEvent, isWanted } from './filter.ts';
import { isErrorKind, type Store, stepNames, stepOf, stores } from './kinds.ts';
import { minTime } from './plausible.ts';
import type { Event } from './schema.ts';
import {
  segmentBits as bits,
  rows,
  Segment,
  SetHistory,
  stepCount as width,
} from './set-history.ts';
import { type EventFields, type EventSink, NONE } from './sink.ts';
import { type KindTally, Tally } from './tally.ts';
import { type Instant, parseTime } from './time.ts';

const storeNames: readonly string[] = stores;
const [SAVED, LOADED] = [stepNames.indexOf('Saved'), stepNames.indexOf('Loaded')];

/** Error events of one kind that name no window, or an impossible one. */
export interface ErrorsWithoutWindow {
  readonly store: Store;
  readonly kind: string;
  count: number;
  /** Time of the last one, in milliseconds since 1970. */
  last: number;
  /** Text of the last one; empty where it had none. */
  text: string;
}

interface Kind {
  /** Index in `stores`; -1 for the events of another list. */
  readonly storeIndex: number;
  readonly tally: KindTally;
  /** Index in `stepNames`; -1 for an unknown kind. */
  readonly step: number;
}

/** Options of SetHistories. */
export interface SetHistoriesOptions {
  readonly filter?: EventFilter;
  /** Latest plausible time, in milliseconds since 1970; events after it are only counted. */
  readonly maxTime?: number;
}

/** Limit of a window's length in minutes for a numeric key (start and length in one number); others have a text key. */
const maxKeyLength = 2 ** 21;
const maxErrorText = 500;

/**
 * A log grouped by set, in memory that grows with the number of sets, not of events. Totals over
 * the whole log are in `tally`.
 */
export class SetHistories implements EventSink {
  readonly tally = new Tally();
  readonly counters = new Map<string, number>();
  readonly errorsWithoutWindow = new Map<string, ErrorsWithoutWindow>();
  /** Events whose time is impossible: how many, and one of them. */
  readonly implausible = { count: 0, kind: '', time: 0 };
  /** Events, other than errors, whose window is impossible. */
  implausibleWindows = 0;
  readonly #filter: EventFilter;
  readonly #maxTime: number;
  readonly #segments: Segment[] = [];
  readonly #ids = stores.map(() => new Map<number | string, number>());
  readonly #kinds: Kind[] = [];
  readonly #kindIds = new Map<string, Map<string, number>>();
  #length = 0;
  /** The step being recorded: milliseconds since 1970, and rows; reused for every event. */
  readonly #step = { time: 0, start: 0, end: 0, size: 0 };

  constructor({
    filter = everyEvent,
    maxTime = Number.POSITIVE_INFINITY,
  }: SetHistoriesOptions = {}) {
    this.#filter = filter;
    this.#maxTime = maxTime;
  }

  kind(store: string, kind: string): number {
    const ids = this.#kindIds.get(store) ?? new Map<string, number>();
    const known = ids.get(kind);
    if (known !== undefined) return known;
    const id = isWanted(this.#filter, store, kind) ? this.#kinds.length : -1;
    this.#kindIds.set(store, ids.set(kind, id));
    if (id < 0) return -1;
    const step = stepOf(kind);
    const tally = this.tally.kind(store, kind);
    const storeIndex = storeNames.indexOf(store);
    this.#kinds.push({ storeIndex, tally, step: step === null ? -1 : stepNames.indexOf(step) });
    return id;
  }

  add(fields: Readonly<EventFields>): void {
    const kind = this.#kinds[fields.kind];
    if (!kind) return;
    const step = this.#step;
    step.time = fields.seconds * 1000 + fields.nanos / 1e6;
    if (fields.start === NONE) {
      this.#addWithoutWindow(kind, '');
      return;
    }
    step.start = fields.start * minute;
    step.end = fields.end * minute;
    step.size = fields.size;
    this.#add(kind, '');
  }

  addEvent(event: Event): void {
    const kind = this.#kinds[this.kind(event.store, event.kind)];
    const time = milliseconds(parseTime(event.time));
    if (!kind || time === null) return;
    const { window } = event;
    const start = window && milliseconds(parseTime(window.start));
    const end = window && milliseconds(parseTime(window.end));
    const text = isErrorKind(event.kind) ? errorText(event.metadata).slice(0, maxErrorText) : '';
    this.#step.time = time;
    if (start === null || end === null) {
      this.#addWithoutWindow(kind, text);
      return;
    }
    Object.assign(this.#step, { start, end, size: event.size ?? NONE });
    this.#add(kind, text);
  }

  setCounters(counters: ReadonlyMap<string, number>): void {
    for (const [kind, count] of counters) this.counters.set(kind, count);
  }

  /** Sets in the order of their first event in the log. */
  *[Symbol.iterator](): Generator<SetHistory> {
    for (let id = 0; id < this.#length; id++) yield this.#history(id);
  }

  #add(kind: Kind, text: string): void {
    const { time, start, end } = this.#step;
    if (!(start >= minTime && start < end && end <= this.#maxTime + day)) {
      if (kind.step >= 0 && !isErrorKind(kind.tally.kind)) this.implausibleWindows++;
      this.#addWithoutWindow(kind, text);
      return;
    }
    if (!this.#isPlausible(kind)) return;
    this.tally.add(kind.tally, time, kind.step === SAVED ? (end - start) / minute : 0);
    if (kind.step >= 0 && kind.storeIndex >= 0) this.#record(kind, text);
  }

  #addWithoutWindow(kind: Kind, text: string): void {
    const { time } = this.#step;
    if (!this.#isPlausible(kind)) return;
    this.tally.add(kind.tally, time, 0);
    const store = stores[kind.storeIndex];
    if (!store || !isErrorKind(kind.tally.kind)) return;
    const key = `${store} ${kind.tally.kind}`;
    const errors = this.errorsWithoutWindow.get(key) ?? {
      store,
      kind: kind.tally.kind,
      count: 0,
      last: time,
      text,
    };
    errors.count++;
    if (time >= errors.last) Object.assign(errors, { last: time, text: text || errors.text });
    this.errorsWithoutWindow.set(key, errors);
  }

  /** Whether the time of the step is possible; an event with another time is counted and left out. */
  #isPlausible({ tally }: Kind): boolean {
    const { time } = this.#step;
    if (time >= minTime && time <= this.#maxTime) return true;
    tally.count++;
    if (this.implausible.count++ === 0) Object.assign(this.implausible, { kind: tally.kind, time });
    return false;
  }

  #record({ storeIndex, step }: Kind, text: string): void {
    const { time, start, end, size } = this.#step;
    const id = this.#id(storeIndex, { start, end });
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
    if (text) segment.errorTexts.set(row, text);
    if (step !== SAVED && step !== LOADED) return;
    const other = row * width + (step === SAVED ? LOADED : SAVED);
    if (time >= (segment.last[other] ?? 0)) segment.size[row] = size;
  }

  #id(store: number, { start, end }: Span): number {
    const length = (end - start) / minute;
    const isPlain = start % minute === 0 && length < maxKeyLength && length % 1 === 0;
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

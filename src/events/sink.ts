import type { Event } from './schema.ts';

/** Value of a field that the event does not have; outside the range of every field. */
export const NONE = -0x8000_0000;

/**
 * Fields of one event whose metadata is only a window and a size. A reader reuses one record for
 * all events, so a sink copies what it keeps.
 */
export interface EventFields {
  /** Number that `EventSink.kind` returned for the store and the kind. */
  kind: number;
  /** Whole seconds since 1970 of a time written in UTC with `Z`. */
  seconds: number;
  /** 0 to 999,999,999. */
  nanos: number;
  /** Digits of the fraction as written, 0 to 9. */
  digits: number;
  /** Start of the window in minutes since 1970, written as `…:00Z`; NONE without a window. */
  start: number;
  /** End of the window, likewise. */
  end: number;
  /** 0 to 2^31 - 1, or NONE. */
  size: number;
}

/** Fields without a value, for a reader to fill. */
export function emptyFields(): EventFields {
  return { kind: -1, seconds: 0, nanos: 0, digits: 0, start: NONE, end: NONE, size: NONE };
}

/** Receiver of the events of a log, in the server's order. */
export interface EventSink {
  /** Number of a kind for `EventFields.kind`; -1 where the sink ignores its events. */
  kind(store: string, kind: string): number;
  /** Adds an event without creating an object for it. The record is only valid during the call. */
  add(fields: Readonly<EventFields>): void;
  /** Adds any event. Its `time` is RFC 3339. */
  addEvent(event: Event): void;
  /** Sets the counts by kind since the server process started. */
  setCounters(counters: ReadonlyMap<string, number>): void;
}

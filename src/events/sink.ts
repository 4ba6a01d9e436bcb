import type { Store } from './kinds.ts';
import type { Event } from './schema.ts';

/** Stands for null in a column of 32-bit numbers. */
export const NONE = -0x8000_0000;

/** Takes the events of a log in the server's order, without an object per event where one can be spared. */
export interface EventSink {
  /** The number that stands for a kind in `add`; -1: its events are not wanted and need not be added. */
  kind(store: Store, kind: string): number;
  /**
   * An event whose metadata held nothing but a window and a size.
   * @param seconds since 1970, of a time written in UTC with `Z`
   * @param digits of the fraction as written, 0 to 9
   * @param start the window in minutes since 1970, both ends written as `…:00Z`; NONE without one
   * @param size 0 to 2^31 - 1, or NONE
   */
  add(
    kind: number,
    seconds: number,
    nanos: number,
    digits: number,
    start: number,
    end: number,
    size: number,
  ): void;
  /** Any event. Its `time` is RFC 3339. */
  addEvent(event: Event): void;
  /** Counts since the server process started, by kind. */
  setCounters(counters: ReadonlyMap<string, number>): void;
}

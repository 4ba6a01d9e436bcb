import type { Row } from './row.ts';

export type Key = string | number;

/** A visitor of the values of one container (object or array) of a large response. */
export interface Visitor {
  /**
   * Called at the beginning of a container. The visitor returned gets the values in it; where none is
   * returned, the container goes whole to `value`.
   */
  enter?(key: Key, opening: '{' | '['): Visitor | undefined;
  /** Called at the end of the container that this visitor was returned for. */
  leave?(): void;
  /**
   * Tried first on every value: reads the value at `start` and returns where it ends. Returns -1,
   * without any effect, where it cannot read the value in full or the value is not complete before
   * `limit`; the value then goes to `enter` or `value`.
   */
  read?(bytes: Uint8Array, start: number, limit: number, key: Key): number;
  /**
   * Called with a complete value that has not been parsed: only parsing shows whether it is JSON, so
   * every row has to be parsed. The row and its bytes are only valid during the call.
   */
  value(row: Row): void;
}

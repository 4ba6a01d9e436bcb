import { type Step, type Store, stepNames, stores } from './kinds.ts';
import { NONE } from './sink.ts';

export const segmentBits = 10;
export const rows = 1 << segmentBits;
export const stepCount = stepNames.length;

/** Columns of so many sets. */
export class Segment {
  readonly store = new Uint8Array(rows);
  readonly start = new Float64Array(rows);
  readonly end = new Float64Array(rows);
  readonly size = new Float64Array(rows).fill(NONE);
  readonly count = new Uint32Array(rows * stepCount);
  readonly first = new Float64Array(rows * stepCount);
  readonly last = new Float64Array(rows * stepCount);
  readonly errorTexts = new Map<number, string>();
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
  /** Text of the last error event that had one; empty where none had. */
  get errorText(): string {
    return this.#segment.errorTexts.get(this.#row) ?? '';
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
    return this.#row * stepCount + stepNames.indexOf(step);
  }
}

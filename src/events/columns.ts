import type { Event } from './schema.ts';

const bits = 14;
const rows = 1 << bits;

class Segment {
  readonly seconds = new Float64Array(rows);
  readonly nanos = new Uint32Array(rows);
  readonly digits = new Uint8Array(rows);
  readonly kind = new Uint32Array(rows);
  readonly start = new Int32Array(rows);
  readonly end = new Int32Array(rows);
  readonly size = new Int32Array(rows);
}

/**
 * Events in 29 bytes each. Columns mean what the parameters of `EventSink.add` mean; an event that
 * does not fit into them is kept as the object it is, with its time in the columns.
 */
export class Columns {
  length = 0;
  readonly #segments: Segment[] = [];
  readonly #objects = new Map<number, Event>();
  #here = new Segment();
  #row = 0;

  add(
    kind: number,
    seconds: number,
    nanos: number,
    digits: number,
    start: number,
    end: number,
    size: number,
  ): void {
    const row = this.length & (rows - 1);
    if (row === 0) this.#segments.push(new Segment());
    const segment = this.#segments[this.length >>> bits] ?? this.#here;
    segment.seconds[row] = seconds;
    segment.nanos[row] = nanos;
    segment.digits[row] = digits;
    segment.kind[row] = kind;
    segment.start[row] = start;
    segment.end[row] = end;
    segment.size[row] = size;
    this.length++;
  }

  addObject(event: Event, seconds: number, nanos: number): void {
    this.#objects.set(this.length, event);
    this.add(0, seconds, nanos, 0, 0, 0, 0);
  }

  /** Adds the event that `from` is at. */
  addFrom(from: Columns): void {
    const { object } = from;
    if (object) this.addObject(object, from.seconds, from.nanos);
    else {
      const { kind, seconds, nanos, digits, start, end, size } = from;
      this.add(kind, seconds, nanos, digits, start, end, size);
    }
  }

  /** Goes to an event; the members below are its. */
  seek(index: number): void {
    this.#here = this.#segments[index >>> bits] ?? this.#here;
    this.#row = index & (rows - 1);
    this.object = this.#objects.size > 0 ? this.#objects.get(index) : undefined;
  }

  /** The event where it does not fit into columns; then only its time is in them. */
  object: Event | undefined;

  get seconds(): number {
    return this.#here.seconds[this.#row] ?? 0;
  }
  get nanos(): number {
    return this.#here.nanos[this.#row] ?? 0;
  }
  get digits(): number {
    return this.#here.digits[this.#row] ?? 0;
  }
  get kind(): number {
    return this.#here.kind[this.#row] ?? 0;
  }
  get start(): number {
    return this.#here.start[this.#row] ?? 0;
  }
  get end(): number {
    return this.#here.end[this.#row] ?? 0;
  }
  get size(): number {
    return this.#here.size[this.#row] ?? 0;
  }
}

import type { Event } from './schema.ts';
import type { EventFields } from './sink.ts';

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
 * Events in 29 bytes each, one column per field of `EventFields`. An event that does not fit is kept
 * as an object, with only its time in the columns. After `seek`, the object has the fields of one event.
 */
export class EventColumns implements Readonly<EventFields> {
  length = 0;
  readonly #segments: Segment[] = [];
  readonly #objects = new Map<number, Event>();
  #current = new Segment();
  #row = 0;

  add(fields: Readonly<EventFields>): void {
    const row = this.length & (rows - 1);
    if (row === 0) this.#segments.push(new Segment());
    const segment = this.#segments[this.length >>> bits] ?? this.#current;
    segment.seconds[row] = fields.seconds;
    segment.nanos[row] = fields.nanos;
    segment.digits[row] = fields.digits;
    segment.kind[row] = fields.kind;
    segment.start[row] = fields.start;
    segment.end[row] = fields.end;
    segment.size[row] = fields.size;
    this.length++;
  }

  addObject(event: Event, seconds: number, nanos: number): void {
    this.#objects.set(this.length, event);
    this.add({ kind: 0, seconds, nanos, digits: 0, start: 0, end: 0, size: 0 });
  }

  /** Adds the event that `from` is positioned at. */
  addFrom(from: EventColumns): void {
    if (from.object) this.addObject(from.object, from.seconds, from.nanos);
    else this.add(from);
  }

  /** Positions the members below at an event. */
  seek(index: number): void {
    this.#current = this.#segments[index >>> bits] ?? this.#current;
    this.#row = index & (rows - 1);
    this.object = this.#objects.size > 0 ? this.#objects.get(index) : undefined;
  }

  /** The event itself, where it does not fit into columns. */
  object: Event | undefined;

  get seconds(): number {
    return this.#current.seconds[this.#row] ?? 0;
  }
  get nanos(): number {
    return this.#current.nanos[this.#row] ?? 0;
  }
  get digits(): number {
    return this.#current.digits[this.#row] ?? 0;
  }
  get kind(): number {
    return this.#current.kind[this.#row] ?? 0;
  }
  get start(): number {
    return this.#current.start[this.#row] ?? 0;
  }
  get end(): number {
    return this.#current.end[this.#row] ?? 0;
  }
  get size(): number {
    return this.#current.size[this.#row] ?? 0;
  }
}

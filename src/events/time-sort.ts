import type { Columns } from './columns.ts';

/**
 * The indexes of the events in order of time; of events of the same nanosecond, in the order they
 * were added. A radix sort: its time depends on neither the number of events out of order nor on
 * how they are.
 */
export function timeOrder(columns: Columns): Uint32Array {
  const order = new Uint32Array(columns.length).map((_, i) => i);
  const { sorted, first, last } = survey(columns);
  if (sorted) return order;
  const sort = new RadixSort(order);
  sort.pass(() => columns.nanos & 0xffff, columns);
  sort.pass(() => columns.nanos >>> 16, columns);
  for (let unit = 1; unit <= last - first; unit *= 0x1_0000) {
    sort.pass(() => Math.floor((columns.seconds - first) / unit) % 0x1_0000, columns);
  }
  return sort.order;
}

function survey(columns: Columns): { sorted: boolean; first: number; last: number } {
  let [sorted, first, last] = [true, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [seconds, nanos] = [Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < columns.length; i++) {
    columns.seek(i);
    if (columns.seconds < seconds || (columns.seconds === seconds && columns.nanos < nanos)) {
      sorted = false;
    }
    seconds = columns.seconds;
    nanos = columns.nanos;
    if (seconds < first) first = seconds;
    if (seconds > last) last = seconds;
  }
  return { sorted, first, last };
}

class RadixSort {
  order: Uint32Array;
  #spare: Uint32Array;
  readonly #digits: Uint16Array;

  constructor(order: Uint32Array) {
    this.order = order;
    this.#spare = new Uint32Array(order.length);
    this.#digits = new Uint16Array(order.length);
  }

  /** Sorts by 16 bits of the key, keeping the order of equal ones. */
  pass(digit: () => number, columns: Columns): void {
    const digits = this.#digits;
    const place = new Uint32Array(0x1_0001);
    for (let i = 0; i < digits.length; i++) {
      columns.seek(i);
      const value = digit();
      digits[i] = value;
      place[value + 1] = (place[value + 1] ?? 0) + 1;
    }
    for (let i = 1; i < place.length; i++) place[i] = (place[i] ?? 0) + (place[i - 1] ?? 0);
    const [from, to] = [this.order, this.#spare];
    for (const index of from) {
      const value = digits[index] ?? 0;
      const at = place[value] ?? 0;
      to[at] = index;
      place[value] = at + 1;
    }
    this.order = to;
    this.#spare = from;
  }
}

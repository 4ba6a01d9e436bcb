import type { EventColumns } from './columns.ts';

const maxBuckets = 1 << 20;
/** Maximum length for which an insertion sort is faster than `sort`. */
const maxInsertion = 16;

/**
 * Indexes of the events in order of time (stable). A log is out of order by seconds only, so a
 * bucket sort over short time spans does most of the work; each bucket is then sorted.
 */
export function timeOrder(columns: EventColumns): Uint32Array {
  const { sorted, first, last } = survey(columns);
  if (sorted) return Uint32Array.from({ length: columns.length }, (_, i) => i);
  const buckets = Math.min(maxBuckets, columns.length);
  const scale = (buckets - 1) / (last - first + 1);
  const bucketOf = new Uint32Array(columns.length);
  /** End index of each bucket, once all events are distributed. */
  const ends = new Uint32Array(buckets + 1);
  for (let i = 0; i < columns.length; i++) {
    columns.seek(i);
    const bucket = Math.floor((columns.seconds - first + columns.nanos / 1e9) * scale);
    bucketOf[i] = bucket;
    ends[bucket + 1] = (ends[bucket + 1] ?? 0) + 1;
  }
  for (let i = 1; i < ends.length; i++) ends[i] = (ends[i] ?? 0) + (ends[i - 1] ?? 0);
  const order = new Uint32Array(columns.length);
  for (let i = 0; i < order.length; i++) {
    const bucket = bucketOf[i] ?? 0;
    const at = ends[bucket] ?? 0;
    order[at] = i;
    ends[bucket] = at + 1;
  }
  sortBuckets(order, ends, columns);
  return order;
}

function survey(columns: EventColumns): { sorted: boolean; first: number; last: number } {
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

/** Sorts each bucket; stable, as the distribution into buckets was. */
function sortBuckets(order: Uint32Array, ends: Uint32Array, columns: EventColumns): void {
  const compare = (a: number, b: number) => {
    columns.seek(a);
    const { seconds, nanos } = columns;
    columns.seek(b);
    return seconds - columns.seconds || nanos - columns.nanos;
  };
  let start = 0;
  for (const end of ends) {
    if (end - start > maxInsertion) order.subarray(start, end).sort(compare);
    else if (end - start > 1) insertionSort(order, start, end, compare);
    start = end;
  }
}

function insertionSort(
  order: Uint32Array,
  start: number,
  end: number,
  compare: (a: number, b: number) => number,
): void {
  for (let i = start + 1; i < end; i++) {
    const index = order[i] ?? 0;
    let at = i;
    for (; at > start; at--) {
      const before = order[at - 1] ?? 0;
      if (compare(before, index) <= 0) break;
      order[at] = before;
    }
    order[at] = index;
  }
}

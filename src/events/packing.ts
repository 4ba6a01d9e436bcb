import type { Columns } from './columns.ts';
import type { Store } from './kinds.ts';
import type { Event } from './schema.ts';
import { NONE } from './sink.ts';
import { formatMinutes, formatTime, type Instant, parseTime } from './time.ts';

const longestKind = 256;

export interface Packed {
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

/** The columns of an event beside its kind and time; null where they would not give back the same event. */
export function pack(event: Event, time: Instant): Packed | null {
  const start = event.window === null ? NONE : toMinutes(event.window.start);
  const end = event.window === null ? NONE : toMinutes(event.window.end);
  const size = event.size === null ? NONE : toSize(event.size);
  if (start === undefined || end === undefined || size === undefined) return null;
  const fits =
    formatTime(time) === event.time &&
    event.kind.length <= longestKind &&
    Object.keys(event.metadata).length === 0;
  return fits ? { start, end, size } : null;
}

/** The event that `columns` is at. */
export function unpack(columns: Columns, kind: { store: Store; kind: string }): Event {
  const { start, end, size } = columns;
  return {
    ...kind,
    time: formatTime(columns),
    window: start === NONE ? null : { start: formatMinutes(start), end: formatMinutes(end) },
    size: size === NONE ? null : size,
    metadata: {},
  };
}

function toMinutes(text: string): number | undefined {
  const seconds = parseTime(text)?.seconds ?? Number.NaN;
  const minutes = Math.floor(seconds / 60);
  return Math.abs(minutes) < -NONE && formatMinutes(minutes) === text ? minutes : undefined;
}

function toSize(size: number): number | undefined {
  return size >= 0 && Object.is(size, size | 0) ? size : undefined;
}

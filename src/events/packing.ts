import type { Event } from './schema.ts';
import { type EventFields, NONE } from './sink.ts';
import { formatMinutes, formatTime, type Instant, parseTime } from './time.ts';

const maxKindLength = 256;

/** Fields of an event except its kind; null where `unpack` would not return an equal event. */
export function pack(event: Event, time: Instant): Omit<EventFields, 'kind'> | null {
  const start = event.window === null ? NONE : toMinutes(event.window.start);
  const end = event.window === null ? NONE : toMinutes(event.window.end);
  const size = event.size === null ? NONE : toSize(event.size);
  if (start === undefined || end === undefined || size === undefined) return null;
  const fits =
    formatTime(time) === event.time &&
    event.kind.length <= maxKindLength &&
    Object.keys(event.metadata).length === 0;
  return fits ? { ...time, start, end, size } : null;
}

/** The event that `pack` made the fields from. */
export function unpack(
  fields: Readonly<EventFields>,
  kind: { store: string; kind: string },
): Event {
  const { start, end, size } = fields;
  return {
    ...kind,
    time: formatTime(fields),
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

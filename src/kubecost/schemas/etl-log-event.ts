import { isErrorKind } from '../../events/kinds.ts';
import type { Event } from '../../events/schema.ts';
import { parseTime } from '../../events/time.ts';
import { wrongType } from '../json/unexpected-shape.ts';

type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

/**
 * Converts an event of the wire; null for a null in the list. Checked by hand, so that a short log
 * needs no schema library.
 *
 * @param path of the event in the response
 * @throws UnexpectedShapeError
 */
export function toEvent(value: unknown, store: string, path: Path): Event | null {
  if (value === null) return null;
  const { kind, time, metadata } = objectAt(value, path);
  if (typeof kind !== 'string') throw wrongType([...path, 'kind'], 'a string', kind);
  const at = [...path, 'metadata'];
  const { window, size = null, ...rest } = metadata == null ? {} : objectAt(metadata, at);
  if (size !== null && (typeof size !== 'number' || !Number.isFinite(size))) {
    throw wrongType([...at, 'size'], 'a number', size);
  }
  return {
    store,
    kind,
    time: timeAt(time, [...path, 'time']),
    ...windowAndRest(window ?? null, { size, metadata: rest }, [...at, 'window']),
  };
}

/**
 * What can be read of an event of another shape that reports an error, so that no error is lost by an odd
 * field; null where it is no error, or has no time.
 */
export function errorEventOf(value: unknown, store: string): Event | null {
  if (typeof value !== 'object' || value === null) return null;
  const { kind, time, metadata } = value as Fields; // JSON has string keys
  const at = typeof time === 'string' ? rfc3339Of(time) : null;
  if (typeof kind !== 'string' || !isErrorKind(kind) || at === null) return null;
  const isObject = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  const kept = isObject ? { ...metadata } : metadata == null ? {} : { metadata };
  return { store, kind, time: at, window: null, size: null, metadata: kept };
}

/** Whether a value that cannot be read may be an error event: its kind is one, or missing. */
export function mayBeError(value: unknown): boolean {
  const kind = typeof value === 'object' && value !== null ? (value as Fields)['kind'] : null; // JSON has string keys
  return typeof kind !== 'string' || isErrorKind(kind);
}

/** A window that is open at one end stays in the metadata; one that is open at both is dropped. */
function windowAndRest(
  value: unknown,
  rest: Pick<Event, 'size' | 'metadata'>,
  path: Path,
): Pick<Event, 'window' | 'size' | 'metadata'> {
  if (value === null) return { window: null, ...rest };
  const fields = typeof value === 'string' ? endsOf(value) : null;
  const { start: from, end: to } = fields ?? objectAt(value, path);
  const start = endAt(from, [...path, 'start']);
  const end = endAt(to, [...path, 'end']);
  if (start !== null && end !== null) return { window: { start, end }, ...rest };
  if (start === null && end === null) return { window: null, ...rest };
  return { window: null, size: rest.size, metadata: { ...rest.metadata, window: value } };
}

/** Kubecost writes an open end as the text `null`. */
function endAt(value: unknown, path: Path): string | null {
  return value == null || value === 'null' || value === '' ? null : timeAt(value, path);
}

/** Ends of a window as Kubecost prints it in its own log: `[2022-06-03T00:00:00+0000, …)`. */
function endsOf(text: string): { readonly start: string; readonly end: string } | null {
  const [, start, end] = /^\[(\S+), ?(\S+)\)$/.exec(text) ?? [];
  return start !== undefined && end !== undefined ? { start, end } : null;
}

function timeAt(value: unknown, path: Path): string {
  const time = typeof value === 'string' ? rfc3339Of(value) : null;
  if (time !== null) return time;
  throw wrongType(path, 'an RFC 3339 time', value);
}

/** The time in RFC 3339, also of one whose offset has no colon, as Kubecost prints it; null for any other text. */
function rfc3339Of(text: string): string | null {
  if (parseTime(text)) return text;
  const time = text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  return parseTime(time) ? time : null;
}

export function objectAt(value: unknown, path: Path): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // A JSON object: its names are texts.
    return value as Fields;
  }
  throw wrongType(path, 'an object', value);
}

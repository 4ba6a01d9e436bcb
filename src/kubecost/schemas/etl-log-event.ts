import type { Store } from '../../events/kinds.ts';
import type { Event } from '../../events/schema.ts';
import { parseTime } from '../../events/time.ts';
import { wrongType } from '../json/unexpected-shape.ts';

type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

/**
 * The event of one entry of the log; null for a null entry. Checked by hand, so that a short log needs
 * no schema library.
 *
 * @param path of the entry in the response
 */
export function toEvent(value: unknown, store: Store, path: Path): Event | null {
  if (value === null) return null;
  const { kind, time, metadata } = objectAt(value, path);
  if (typeof kind !== 'string') throw wrongType([...path, 'kind'], 'a string', kind);
  const at = [...path, 'metadata'];
  const { window, size = null, ...rest } = metadata == null ? {} : objectAt(metadata, at);
  if (size !== null && typeof size !== 'number') {
    throw wrongType([...at, 'size'], 'a number', size);
  }
  return {
    store,
    kind,
    time: timeAt(time, [...path, 'time']),
    ...windowAndRest(window ?? null, { size, metadata: rest }, [...at, 'window']),
  };
}

/** A window with only one end stays in the metadata; one with neither is dropped. */
function windowAndRest(
  value: unknown,
  rest: Pick<Event, 'size' | 'metadata'>,
  path: Path,
): Pick<Event, 'window' | 'size' | 'metadata'> {
  if (value === null) return { window: null, ...rest };
  const fields = objectAt(value, path);
  const start = endAt(fields['start'], [...path, 'start']);
  const end = endAt(fields['end'], [...path, 'end']);
  if (start !== null && end !== null) return { window: { start, end }, ...rest };
  if (start === null && end === null) return { window: null, ...rest };
  return { window: null, size: rest.size, metadata: { ...rest.metadata, window: value } };
}

/** Kubecost writes an open end as the string `null`. */
function endAt(value: unknown, path: Path): string | null {
  return value == null || value === 'null' || value === '' ? null : timeAt(value, path);
}

function timeAt(value: unknown, path: Path): string {
  if (typeof value === 'string' && parseTime(value)) return value;
  throw wrongType(path, 'an RFC 3339 time', value);
}

export function objectAt(value: unknown, path: Path): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // a JSON object has string keys
    return value as Fields;
  }
  throw wrongType(path, 'an object', value);
}

import type { Event } from '../../events/schema.ts';
import { parseTime } from '../../events/time.ts';
import { wrongType } from '../json/unexpected-shape.ts';

type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

/**
 * Converts an event of the wire; null for a null in the list. Checked by hand, so that a short log
 * needs no schema library.
 *
 * @param path of the event in the answer
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

/** A window that is open at one end stays in the metadata; one that is open at both is dropped. */
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

/** Kubecost writes an open end as the text `null`. */
function endAt(value: unknown, path: Path): string | null {
  return value == null || value === 'null' || value === '' ? null : timeAt(value, path);
}

function timeAt(value: unknown, path: Path): string {
  if (typeof value === 'string' && parseTime(value)) return value;
  throw wrongType(path, 'an RFC 3339 time', value);
}

export function objectAt(value: unknown, path: Path): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // A JSON object: its names are texts.
    return value as Fields;
  }
  throw wrongType(path, 'an object', value);
}

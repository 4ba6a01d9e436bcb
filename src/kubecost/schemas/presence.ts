import { parseTime } from '../../events/time.ts';
import { type Envelope, readEnvelope } from '../json/envelope.ts';
import type { Row } from '../json/row.ts';
import type { Visitor } from '../json/tokenizer.ts';
import { wrongType } from '../json/unexpected-shape.ts';

/** The amount of data in a response of `/allocation` or `/assets`. */
export interface DataExtent {
  /** null: not even an empty set. */
  readonly rows: number | null;
  /** The latest `end` of a row, in milliseconds since 1970; null where no row has one. */
  readonly until: number | null;
}

/**
 * Counts the rows of a cost response for one window: `data` is an array of maps, one per step, each of
 * which may be null, or (assets of OpenCost) one map.
 */
export async function readDataExtent(
  body: AsyncIterable<Uint8Array>,
): Promise<{ envelope: Envelope; extent: DataExtent }> {
  let rows: number | null = null;
  let until: number | null = null;
  const set: Visitor = {
    value(row: Row) {
      const value = row.json();
      if (value === null) return;
      if (typeof value !== 'object') throw wrongType(row.path, 'an allocation or asset', value);
      rows = (rows ?? 0) + 1;
      const end = 'end' in value && typeof value.end === 'string' ? parseTime(value.end) : null;
      if (end) until = Math.max(until ?? Number.NEGATIVE_INFINITY, end.seconds * 1000);
    },
  };
  const beginSet = (): Visitor => {
    rows ??= 0;
    return set;
  };
  const list: Visitor = {
    enter: (_key, opening) => (opening === '{' ? beginSet() : undefined),
    value(row) {
      const value = row.json();
      if (value !== null) throw wrongType(row.path, 'a map of rows', value);
    },
  };
  const envelope = await readEnvelope(body, (opening) => (opening === '[' ? list : beginSet()));
  envelope.hasData ||= (rows ?? 0) > 0;
  const isError = envelope.code !== null && envelope.code >= 400;
  if (!isError && !envelope.hasRows && envelope.data !== null) {
    throw wrongType(['data'], 'a list or a map', envelope.data);
  }
  return { envelope, extent: { rows, until } };
}

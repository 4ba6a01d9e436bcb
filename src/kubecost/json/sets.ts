import type { ApiResponse } from '../response.ts';
import { checkEnvelope } from '../response.ts';
import { readEnvelope } from './envelope.ts';
import type { Row } from './row.ts';
import type { Key, Visitor } from './tokenizer.ts';
import { wrongType } from './unexpected-shape.ts';

/** How much there was in an answer of sets. */
export interface SetCount {
  sets: number;
  rows: number;
}

/** Reads rows: straight from the bytes where `read` can, cut out whole where not. */
export interface RowDecoder {
  read(bytes: Uint8Array, start: number, limit: number): number;
  /** @throws JsonBreak, WrongShape */
  readRow(row: Row): void;
  /** Takes what was read last. */
  take(name: string): void;
}

/**
 * Reads `data` of the cost endpoints row by row: an array of sets or one set, each a map of name to
 * row. Null, in place of the data or of a set, is no set.
 *
 * @param inSet the field of a set that holds its map; null: the set is the map
 * @throws Failure, JsonBreak, WrongShape
 */
export async function readSets(
  answer: ApiResponse,
  taker: RowDecoder,
  inSet: string | null = null,
): Promise<SetCount> {
  const count: SetCount = { sets: 0, rows: 0 };
  const set = inSet === null ? rowsOf(taker, count) : fieldOf(inSet, taker, count);
  const sets: Visitor = {
    enter(_key, opening) {
      if (opening !== '{') return undefined;
      if (inSet === null) count.sets++;
      return set;
    },
    value(row) {
      const value = row.json();
      if (value !== null) throw wrongType(row.path, 'a set', value);
    },
  };
  const listed: Visitor = {
    enter: (key, opening) => (key === 'sets' && opening === '[' ? sets : undefined),
    value(row) {
      row.json();
    },
  };
  const envelope = await readEnvelope(answer.body, (opening) => {
    if (inSet !== null) return opening === '{' ? listed : sets;
    if (opening === '[') return sets;
    count.sets = 1;
    return set;
  });
  envelope.hasData ||= count.rows > 0;
  checkEnvelope(envelope, answer);
  if (!envelope.hasRows && envelope.data !== null && envelope.data !== undefined) {
    throw wrongType(['data'], 'sets', envelope.data);
  }
  return count;
}

function fieldOf(field: string, taker: RowDecoder, count: SetCount): Visitor {
  const rows = rowsOf(taker, count);
  return {
    enter(key, opening) {
      if (key !== field || opening !== '{') return undefined;
      count.sets++;
      return rows;
    },
    value(row) {
      const value = row.json();
      if (row.key === field && value !== null) throw wrongType(row.path, 'a map of rows', value);
    },
  };
}

function rowsOf(taker: RowDecoder, count: SetCount): Visitor {
  const took = (key: Key) => {
    count.rows++;
    taker.take(String(key));
  };
  return {
    read(bytes, start, limit, key) {
      const end = taker.read(bytes, start, limit);
      if (end >= 0) took(key);
      return end;
    },
    value(row) {
      taker.readRow(row);
      took(row.key);
    },
  };
}

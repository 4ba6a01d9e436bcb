import type { ApiResponse } from '../response.ts';
import { checkEnvelope } from '../response.ts';
import { readEnvelope } from './envelope.ts';
import type { Row } from './row.ts';
import type { Key, Visitor } from './tokenizer.ts';
import { wrongType } from './unexpected-shape.ts';

/** The number of sets and rows in a response. */
export interface SetCount {
  sets: number;
  rows: number;
}

/** A decoder of the rows of one endpoint. */
export interface RowDecoder {
  /** Reads the row at `start` and returns where it ends; -1 where `readRow` has to read it. */
  read(bytes: Uint8Array, start: number, limit: number): number;
  /**
   * Reads a complete row.
   *
   * @throws JsonSyntaxError, UnexpectedShapeError
   */
  readRow(row: Row): void;
  /** Emits the row that was read last. */
  emit(name: string): void;
}

/**
 * Reads `data` of the cost endpoints row by row: an array of sets or one set, each a map of name to
 * row. A null in place of the data or of a set does not count as a set.
 *
 * @param inSet the field of a set that holds its map; null: the set is the map
 * @throws Failure, JsonSyntaxError, UnexpectedShapeError
 */
export async function readSets(
  answer: ApiResponse,
  decoder: RowDecoder,
  inSet: string | null = null,
): Promise<SetCount> {
  const count: SetCount = { sets: 0, rows: 0 };
  const set = inSet === null ? rowsOf(decoder, count) : fieldOf(inSet, decoder, count);
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

function fieldOf(field: string, decoder: RowDecoder, count: SetCount): Visitor {
  const rows = rowsOf(decoder, count);
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

function rowsOf(decoder: RowDecoder, count: SetCount): Visitor {
  const emit = (key: Key) => {
    count.rows++;
    decoder.emit(String(key));
  };
  return {
    read(bytes, start, limit, key) {
      const end = decoder.read(bytes, start, limit);
      if (end >= 0) emit(key);
      return end;
    },
    value(row) {
      decoder.readRow(row);
      emit(row.key);
    },
  };
}

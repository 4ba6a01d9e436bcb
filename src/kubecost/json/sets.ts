import type { ApiResponse } from '../response.ts';
import { checkEnvelope } from '../response-data.ts';
import { readEnvelope } from './envelope.ts';
import type { Row } from './row.ts';
import { addProblems, noProblems, type ServerProblems } from './server-problems.ts';
import { type SetScope, SetWindows } from './set-windows.ts';
import { fieldPath, UnexpectedShapeError, wrongType } from './unexpected-shape.ts';
import type { Key, Visitor } from './visitor.ts';

/** The sets and rows of a response. */
export interface SetCount {
  sets: number;
  /** Rows that count: those of sets inside the window. */
  rows: number;
  readonly windows: SetWindows;
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
  /** The last row of a set has been emitted. */
  endSet?(): void;
}

/** How the sets of an endpoint are read. */
interface SetOptions {
  /** The field of a set that holds its map of rows; where it is left out the set is the map. */
  readonly inSet?: string;
  /** Left out where all sets count. */
  readonly scope?: SetScope | undefined;
}

/**
 * Reads `data` of the cost endpoints row by row: an array of sets or one set, each a map of name to
 * row. A null in place of the data or of a set does not count as a set, and rows of sets that are not
 * inside the requested window are not emitted.
 *
 * @throws Failure, JsonSyntaxError, UnexpectedShapeError
 */
export async function readSets(
  answer: ApiResponse,
  decoder: RowDecoder,
  { inSet, scope }: SetOptions = {},
): Promise<SetCount> {
  const windows = new SetWindows(scope ?? null, inSet === 'allocations');
  const count: SetCount = { sets: 0, rows: 0, windows };
  const begin = () => {
    if (count.sets > 0) decoder.endSet?.();
    count.sets++;
    windows.begin();
  };
  const rows = rowsOf(decoder, count);
  const problems = noProblems();
  const inSets = inSet === undefined ? null : new RequiredField(inSet);
  const set =
    inSets === null ? rows.visitor : fieldOf(inSets, { rows: rows.visitor, begin, problems });
  const sets: Visitor = {
    enter(_key, opening) {
      if (opening !== '{') return undefined;
      if (inSets === null) begin();
      else inSets.beginObject('data.sets');
      return set;
    },
    value(row) {
      const value = row.json();
      if (value !== null) throw wrongType(row.path, 'a set', value);
    },
  };
  const list = new RequiredField('sets');
  const listed: Visitor = {
    enter(key, opening) {
      list.see(key);
      return key === 'sets' && opening === '[' ? sets : undefined;
    },
    value(row) {
      list.see(row.key);
      addProblems(problems, row.key, row.json());
    },
  };
  const envelope = await readEnvelope(answer.body, (opening) => {
    if (inSet !== undefined) return opening === '{' ? listed : sets;
    if (opening === '[') return sets;
    begin();
    return set;
  });
  if (count.sets > 0) decoder.endSet?.();
  envelope.hasData ||= rows.seen > 0;
  envelope.problems.sentences.push(...problems.sentences);
  envelope.problems.hasErrors ||= problems.hasErrors;
  checkEnvelope(envelope, answer);
  inSets?.check('data.sets');
  list.check('data');
  if (!envelope.hasRows && envelope.data !== null && envelope.data !== undefined) {
    throw wrongType(['data'], 'sets', envelope.data);
  }
  return count;
}

/** A field that each of some objects has, unless they are empty: others are of another endpoint. */
class RequiredField {
  readonly name: string;
  #other: Key | null = null;
  #isSeen = false;

  constructor(name: string) {
    this.name = name;
  }

  beginObject(path: string): void {
    this.check(path);
    this.#other = null;
    this.#isSeen = false;
  }

  see(key: Key): void {
    if (key === this.name) this.#isSeen = true;
    else this.#other ??= key;
  }

  /** @throws UnexpectedShapeError where the last object has other fields instead */
  check(path: string): void {
    if (this.#isSeen || this.#other === null) return;
    const problem = `expected a field ${this.name}, got ${fieldPath([String(this.#other)])}`;
    throw new UnexpectedShapeError(path.split('.'), problem);
  }
}

interface SetParts {
  readonly rows: Visitor;
  readonly begin: () => void;
  readonly problems: ServerProblems;
}

function fieldOf(field: RequiredField, { rows, begin, problems }: SetParts): Visitor {
  return {
    enter(key, opening) {
      field.see(key);
      if (key !== field.name || opening !== '{') return undefined;
      begin();
      return rows;
    },
    value(row) {
      field.see(row.key);
      const value = row.json();
      if (row.key === field.name && value !== null) {
        throw wrongType(row.path, 'a map of rows', value);
      }
      addProblems(problems, row.key, value);
    },
  };
}

/** A visitor of rows, and how many it has seen, inside the window or not. */
function rowsOf(decoder: RowDecoder, count: SetCount): { visitor: Visitor; seen: number } {
  const emit = (key: Key) => {
    count.rows++;
    decoder.emit(String(key));
  };
  const rows = {
    seen: 0,
    visitor: {
      read(bytes: Uint8Array, start: number, limit: number, key: Key) {
        const end = decoder.read(bytes, start, limit);
        if (end < 0) return end;
        rows.seen++;
        if (count.windows.accepts(bytes, start, limit)) emit(key);
        return end;
      },
      value(row: Row) {
        decoder.readRow(row);
        rows.seen++;
        if (count.windows.acceptsRow(row)) emit(row.key);
      },
    },
  };
  return rows;
}

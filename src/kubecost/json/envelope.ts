import type { Row } from './row.ts';
import { addProblems, noProblems, type ServerProblems } from './server-problems.ts';
import { tokenizeJson } from './tokenizer.ts';
import { UnexpectedShapeError, wrongType } from './unexpected-shape.ts';
import type { Visitor } from './visitor.ts';

/** Kubecost sends five fields. */
const maxFields = 1_000;

/** The fields around the data of a response. The client decides whether they report an error. */
export interface Envelope {
  code: number | null;
  status: string | null;
  message: string | null;
  warning: string | null;
  /** What the server reports in further fields; a reader of `data` adds what it finds there. */
  readonly problems: ServerProblems;
  /** `data` where it was read whole: null, a sentence, an empty list. Undefined where it was read as rows, or is missing. */
  data: unknown;
  /** `data` was read as rows. */
  hasRows: boolean;
  /** Whether `data` holds anything; where it was read as rows, their reader sets this. */
  hasData: boolean;
}

/**
 * Reads `{code, data, …}`, its fields in any order.
 *
 * @param rows returns the visitor for the rows of `data`, an object or array; undefined: read it whole
 */
export async function readEnvelope(
  body: AsyncIterable<Uint8Array>,
  rows: (opening: '{' | '[') => Visitor | undefined,
): Promise<Envelope> {
  const envelope: Envelope = {
    code: null,
    status: null,
    message: null,
    warning: null,
    problems: noProblems(),
    data: undefined,
    hasRows: false,
    hasData: false,
  };
  let fields = 0;
  const members: Visitor = {
    enter(key, opening) {
      if (key !== 'data') return undefined;
      if (envelope.hasRows) throw new UnexpectedShapeError(['data'], 'duplicate field');
      const visitor = rows(opening);
      envelope.hasRows = visitor !== undefined;
      return visitor;
    },
    value(row) {
      if (++fields > maxFields) throw new UnexpectedShapeError([], `more than ${maxFields} fields`);
      setField(envelope, row);
    },
  };
  await tokenizeJson(body, {
    enter: (_key, opening) => (opening === '{' ? members : undefined),
    value(row) {
      throw wrongType([], 'an object with code and data', row.json());
    },
  });
  return envelope;
}

function setField(envelope: Envelope, row: Row): void {
  const value = row.json();
  switch (row.key) {
    case 'code':
      if (value !== null && typeof value !== 'number') {
        throw wrongType(row.path, 'a number', value);
      }
      envelope.code = value;
      break;
    case 'warning':
      if (value !== null && typeof value !== 'string')
        addProblems(envelope.problems, row.key, value);
      envelope.warning = typeof value === 'string' ? value : null;
      break;
    case 'status':
    case 'message':
      envelope[row.key] = typeof value === 'string' ? value : null;
      break;
    case 'data':
      if (envelope.hasRows) throw new UnexpectedShapeError(['data'], 'duplicate field');
      envelope.data = value;
      envelope.hasData = isNonEmpty(value);
      break;
    default:
      addProblems(envelope.problems, row.key, value);
  }
}

/** Servers write `null`, `[]`, `{}`, `[null]` or `[{}]` where they have no data. */
function isNonEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isNonEmpty);
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== null && value !== '';
}

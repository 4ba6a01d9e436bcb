import type { Row } from './row.ts';
import { tokenizeJson, type Visitor } from './tokenizer.ts';
import { UnexpectedShapeError, wrongType } from './unexpected-shape.ts';

/** Kubecost sends five. */
const mostFields = 1_000;

/** What surrounds the data of every answer. Whether it tells of an error is for the client to judge. */
export interface Envelope {
  code: number | null;
  status: string | null;
  message: string | null;
  warning: string | null;
  /** `data` where it was taken whole: null, a sentence, an empty list. Undefined: rows, or none at all. */
  data: unknown;
  /** `data` was read as rows. */
  hasRows: boolean;
  /** There is something in `data`; of rows, the reader that counts them says so. */
  hasData: boolean;
}

/**
 * Reads `{code, data, …}`, its fields in any order.
 * @param rows who reads the rows of `data`, an object or array; undefined: it is taken whole
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
    data: undefined,
    hasRows: false,
    hasData: false,
  };
  let fields = 0;
  const members: Visitor = {
    enter(key, opening) {
      if (key !== 'data') return undefined;
      if (envelope.hasRows) throw new UnexpectedShapeError(['data'], 'it comes twice');
      const visitor = rows(opening);
      envelope.hasRows = visitor !== undefined;
      return visitor;
    },
    value(row) {
      if (++fields > mostFields)
        throw new UnexpectedShapeError([], `more than ${mostFields} fields`);
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
    case 'status':
    case 'message':
    case 'warning':
      envelope[row.key] = typeof value === 'string' ? value : null;
      break;
    case 'data':
      if (envelope.hasRows) throw new UnexpectedShapeError(['data'], 'it comes twice');
      envelope.data = value;
      envelope.hasData = isNonEmpty(value);
  }
}

/** Servers say `null`, `[]`, `{}`, `[null]` and `[{}]` for nothing. */
function isNonEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isNonEmpty);
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== null && value !== '';
}

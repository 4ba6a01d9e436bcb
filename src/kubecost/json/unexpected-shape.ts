import { DataError } from '../../errors.ts';
import { excerpt } from '../server-text.ts';

/** The body of a response is JSON, but not of the shape that its endpoint has. */
export class UnexpectedShapeError extends DataError {
  /** The path of the field, as in JavaScript; empty for the response itself. */
  readonly field: string;
  readonly problem: string;

  constructor(path: readonly (string | number)[], problem: string) {
    const field = fieldPath(path);
    super(`${field || 'the response'}: ${problem}`);
    this.field = field;
    this.problem = problem;
  }
}

export function wrongType(
  path: readonly (string | number)[],
  expected: string,
  got: unknown,
): UnexpectedShapeError {
  return new UnexpectedShapeError(path, `expected ${expected}, got ${describe(got)}`);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return JSON.stringify(excerpt(value));
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** A path in a JSON document as text: `data[0].clusterEquality["a.b"]`. */
export function fieldPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = excerpt(part);
    if (!/^[A-Za-z_][\w-]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text ? `${text}.${name}` : name;
  }, '');
}

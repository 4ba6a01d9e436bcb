import { day, hour, minute } from '../../time.ts';

/** A parsed expression of the subset of PromQL that the simulated Prometheus evaluates. */
export type Expression =
  | { readonly kind: 'selector'; readonly selector: Selector }
  | { readonly kind: 'function'; readonly name: RangeFunction; readonly selector: Selector }
  | {
      readonly kind: 'aggregation';
      readonly name: Aggregation;
      readonly by: readonly string[];
      readonly without: boolean;
      readonly of: Expression;
    }
  | {
      readonly kind: 'comparison';
      readonly operator: string;
      readonly to: number;
      readonly of: Expression;
    };

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** Milliseconds of a range vector; null for an instant vector. */
  readonly range: number | null;
  readonly offset: number;
}

export interface Matcher {
  readonly label: string;
  readonly matches: (value: string) => boolean;
}

export const rangeFunctions = [
  'count_over_time',
  'present_over_time',
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'last_over_time',
] as const;
export type RangeFunction = (typeof rangeFunctions)[number];

export const aggregations = ['sum', 'count', 'avg', 'min', 'max'] as const;
export type Aggregation = (typeof aggregations)[number];

/** Error of a query that is invalid, or outside of the supported subset. */
export class QueryError extends Error {}

const token =
  /\s*(?:(?<name>[a-zA-Z_:][\w:]*)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<duration>(?:\d+(?:ms|[smhdwy]))+)|(?<number>\d+(?:\.\d+)?)|(?<operator>=~|!~|!=|==|>=|<=|[=<>(){}[\],]))/y;

type Kind = 'name' | 'text' | 'duration' | 'number' | 'operator';
interface Token {
  readonly kind: Kind;
  readonly text: string;
}

/**
 * An expression: a selector with matchers, range and offset; a function over time; an aggregation with
 * `by` or `without`; a comparison with a number.
 * @throws QueryError for anything else
 */
export function parseQuery(query: string): Expression {
  const parser = new Parser(tokensOf(query));
  const expression = parser.comparison();
  parser.end();
  return expression;
}

function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (query.slice(token.lastIndex).trim() !== '') {
    const at = token.lastIndex;
    const groups = token.exec(query)?.groups;
    const found = Object.entries(groups ?? {}).find(([, text]) => text !== undefined);
    if (!found) throw new QueryError(`1:${at + 1}: parse error: unexpected character`);
    tokens.push({ kind: found[0] as Kind, text: found[1] }); // the groups are named by kind
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  comparison(): Expression {
    const of = this.#primary();
    const operator = ['>', '>=', '<', '<=', '==', '!='].find((text) => this.#accept(text));
    if (operator === undefined) return of;
    return { kind: 'comparison', operator, to: Number(this.#take('number')), of };
  }

  end(): void {
    if (this.#at < this.#tokens.length) this.#fail();
  }

  #primary(): Expression {
    if (this.#accept('(')) {
      const inner = this.comparison();
      this.#expect(')');
      return inner;
    }
    const name = this.#peek()?.kind === 'name' ? this.#take('name') : '';
    const aggregation = aggregations.find((known) => known === name);
    if (aggregation && this.#isNext('by', 'without', '(')) return this.#aggregation(aggregation);
    const over = rangeFunctions.find((known) => known === name);
    if (over && this.#accept('(')) {
      const selector = this.#selector(this.#peek()?.kind === 'name' ? this.#take('name') : '');
      this.#expect(')');
      if (selector.range === null) {
        throw new QueryError(`expected type range vector in call to function "${name}"`);
      }
      return { kind: 'function', name: over, selector };
    }
    const selector = this.#selector(name);
    if (selector.range !== null) throw new QueryError('a range vector needs a function over time');
    return { kind: 'selector', selector };
  }

  #aggregation(name: Aggregation): Expression {
    let grouping = this.#grouping();
    this.#expect('(');
    const of = this.comparison();
    this.#expect(')');
    grouping ??= this.#grouping();
    return { kind: 'aggregation', name, of, ...(grouping ?? { by: [], without: false }) };
  }

  #grouping(): { by: readonly string[]; without: boolean } | null {
    const without = this.#accept('without');
    if (!without && !this.#accept('by')) return null;
    this.#expect('(');
    const by: string[] = [];
    while (!this.#accept(')')) {
      by.push(this.#take('name'));
      this.#accept(',');
    }
    return { by, without };
  }

  #selector(metric: string): Selector {
    const matchers: Matcher[] = [];
    if (this.#accept('{')) {
      while (!this.#accept('}')) {
        matchers.push(this.#matcher());
        this.#accept(',');
      }
    }
    const named = metric || (matchers.find(({ label }) => label === '__name__') ? '*' : '');
    if (named === '') this.#fail();
    let range: number | null = null;
    if (this.#accept('[')) {
      range = durationOf(this.#take('duration'));
      this.#expect(']');
    }
    const offset = this.#accept('offset') ? durationOf(this.#take('duration')) : 0;
    return { metric: named, matchers, range, offset };
  }

  #matcher(): Matcher {
    const label = this.#take('name');
    const operator = ['=', '!=', '=~', '!~'].find((text) => this.#accept(text)) ?? this.#fail();
    const value = unquoted(this.#take('text'));
    const negative = operator.startsWith('!');
    if (!operator.endsWith('~')) {
      return { label, matches: (text) => (text === value) !== negative };
    }
    const pattern = regularExpression(value);
    return { label, matches: (text) => pattern.test(text) !== negative };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #isNext(...texts: string[]): boolean {
    return texts.includes(this.#peek()?.text ?? '');
  }

  #accept(text: string): boolean {
    if (this.#peek()?.text !== text || this.#peek()?.kind === 'text') return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) this.#fail();
  }

  #take(kind: Kind): string {
    const next = this.#peek();
    if (next?.kind !== kind) return this.#fail();
    this.#at += 1;
    return next.text;
  }

  #fail(): never {
    const found = this.#peek();
    throw new QueryError(
      found === undefined
        ? 'parse error: unexpected end of input'
        : `parse error: unexpected "${found.text}"`,
    );
  }
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    throw new QueryError(`error parsing regexp: ${text}`);
  }
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}

const units: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: minute,
  h: hour,
  d: day,
  w: 604_800_000,
  y: 31_536_000_000,
};

function durationOf(text: string): number {
  let sum = 0;
  for (const [, count, unit = ''] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    sum += Number(count) * (units[unit] ?? 0);
  }
  return sum;
}

/** One sample of an exposition: `name{label="value"} 1.5 1700000000000`. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** A line that is not valid in its format. */
export class ExpositionError extends Error {}

const metricName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const blanks = /[ \t]*/y;
const number = /^[+-]?(inf(inity)?|nan|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i;

/**
 * Parses the line of a sample in the Prometheus text format or OpenMetrics. Between tokens any
 * number of blanks is legal, and label values hold any character, braces and escapes included.
 *
 * @throws ExpositionError where the line is not valid
 */
export function parseSample(line: string): Sample {
  const cursor = new Cursor(line);
  const labels = new Map<string, string>();
  cursor.skip();
  let name = cursor.match(metricName) ?? '';
  cursor.skip();
  if (cursor.take('{')) name = readLabels(cursor, labels, name);
  if (name === '') throw new ExpositionError('a metric name is missing');
  cursor.skip();
  const [text = '', timestamp, ...rest] =
    cursor
      .rest()
      .split(/\s+#\s+\{/)[0]
      ?.trim()
      .split(/[ \t]+/) ?? [];
  if (rest.length > 0) throw new ExpositionError(`unexpected '${rest[0]}' after the timestamp`);
  if (timestamp !== undefined && !number.test(timestamp)) {
    throw new ExpositionError(`'${timestamp}' is not a timestamp`);
  }
  return { name, labels, value: toNumber(text) };
}

/** Reads `a="1", b="2"}`; returns the metric name, which Prometheus 3 may write among the labels. */
function readLabels(cursor: Cursor, labels: Map<string, string>, before: string): string {
  let name = before;
  for (let isFirst = true; ; isFirst = false) {
    cursor.skip();
    if (cursor.take('}')) return name;
    if (!isFirst) throw new ExpositionError(`expected ',' or '}' in the labels`);
    for (;;) {
      cursor.skip();
      const quoted = cursor.peek() === '"' ? cursor.quoted() : null;
      const label = quoted ?? cursor.match(labelName);
      if (label === null) throw new ExpositionError('a label name is missing');
      cursor.skip();
      if (cursor.take('=')) {
        cursor.skip();
        if (labels.has(label)) throw new ExpositionError(`duplicate label '${label}'`);
        labels.set(label, cursor.quoted());
      } else if (quoted !== null && name === '') name = quoted;
      else throw new ExpositionError(`expected '=' after the label '${label}'`);
      cursor.skip();
      if (!cursor.take(',')) break;
      cursor.skip();
      if (cursor.peek() === '}') break;
    }
  }
}

function toNumber(text: string): number {
  if (!number.test(text)) throw new ExpositionError(`'${text}' is not a number`);
  const word = text.replace(/^[+-]/, '').toLowerCase();
  const sign = text.startsWith('-') ? -1 : 1;
  if (word === 'nan') return Number.NaN;
  if (word.startsWith('inf')) return sign * Number.POSITIVE_INFINITY;
  const value = sign * Number(word);
  if (!Number.isFinite(value)) throw new ExpositionError(`'${text}' is out of range`);
  return value;
}

/** Position in a line. */
class Cursor {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  peek(): string {
    return this.#line[this.#at] ?? '';
  }

  rest(): string {
    return this.#line.slice(this.#at);
  }

  skip(): void {
    this.match(blanks);
  }

  take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#at++;
    return true;
  }

  /** Text of a sticky pattern at the position; null where it does not match. */
  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#line)?.[0] ?? null;
    if (text !== null) this.#at += text.length;
    return text;
  }

  /** Value in double quotes, with `\\`, `\"` and `\n` as escapes. */
  quoted(): string {
    if (!this.take('"')) throw new ExpositionError(`expected '"' before a label value`);
    let text = '';
    for (;;) {
      const character = this.#line[this.#at++];
      if (character === undefined) throw new ExpositionError('a label value has no closing quote');
      if (character === '"') return text;
      if (character !== '\\') {
        text += character;
        continue;
      }
      const escaped = this.#line[this.#at++];
      if (escaped === 'n') text += '\n';
      else if (escaped === '\\' || escaped === '"') text += escaped;
      else throw new ExpositionError(`invalid escape '\\${escaped ?? ''}' in a label value`);
    }
  }
}

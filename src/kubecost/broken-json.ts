/** Where a text stops being JSON. */
export interface JsonError {
  /** Bytes from the beginning, in UTF-8. */
  readonly offset: number;
  /** Whether the text was right as far as it went, and only ended too early. */
  readonly truncated: boolean;
  /** The text there. */
  readonly around: string;
}

const token =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

/**
 * Finds the place at which `JSON.parse` gave up: V8 names it only for some errors, and not on Node 20.
 * `text` must be broken.
 */
export function locateJsonError(text: string): JsonError {
  const open: string[] = [];
  let expected: 'value' | 'key' | 'key or end' | 'value or end' | 'colon' | 'comma or end' | 'end' =
    'value';
  let at = 0;
  for (;;) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) return place(text, at);
    const [, mark, string] = match;
    const isValue = mark === undefined || mark === '{' || mark === '[';
    const before = token.lastIndex - (match[0].trimStart().length || 1);
    if (expected === 'end') return place(text, before);
    if (expected === 'colon') {
      if (mark !== ':') return place(text, before);
      expected = 'value';
    } else if (expected === 'key' || (expected === 'key or end' && mark !== '}')) {
      if (string === undefined) return place(text, before);
      expected = 'colon';
    } else if (mark === '}' || mark === ']') {
      const opening = open.pop();
      const closes = expected.endsWith('or end') && opening === (mark === '}' ? '{' : '[');
      if (!closes) return place(text, before);
      expected = open.length > 0 ? 'comma or end' : 'end';
    } else if (expected === 'comma or end') {
      if (mark !== ',') return place(text, before);
      expected = open.at(-1) === '{' ? 'key' : 'value';
    } else if (!isValue) {
      return place(text, before);
    } else if (mark !== undefined) {
      open.push(mark);
      expected = mark === '{' ? 'key or end' : 'value or end';
    } else {
      expected = open.length > 0 ? 'comma or end' : 'end';
    }
    at = token.lastIndex;
  }
}

/** A string, number or word that is right so far and meets the end of the text. */
const cutToken =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
  /^[ \t\n\r]*(?:"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*(?:\\(?:u[0-9a-fA-F]{0,3})?)?|-?\d*(?:\.\d*)?(?:[eE][+-]?)?|t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?)?$/;

function place(text: string, at: number): JsonError {
  const truncated = cutToken.test(text.slice(at));
  const end = truncated ? text.length : at;
  return {
    offset: Buffer.byteLength(text.slice(0, end)),
    truncated,
    around: text.slice(Math.max(0, at - 20), at + 40),
  };
}

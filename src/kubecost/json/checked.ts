import { JsonSyntaxError } from './syntax-error.ts';
import { JsonTokenizer } from './tokenizer.ts';
import type { Visitor } from './visitor.ts';

const everyValue: Visitor = {
  enter: () => everyValue,
  value(row) {
    row.json();
  },
};

/**
 * The same body; where it is JSON by its header or its first character, it ends in an error unless it is one complete
 * document.
 *
 * @throws JsonSyntaxError after the last chunk
 */
export async function* checkedJson(
  body: AsyncIterable<Uint8Array>,
  isJson = false,
): AsyncGenerator<Uint8Array, void, undefined> {
  let tokenizer: JsonTokenizer | null | undefined;
  let invalid: JsonSyntaxError | null = null;
  for await (const chunk of body) {
    if (chunk.length === 0) continue;
    if (tokenizer === undefined) {
      tokenizer = isJson || beginsLikeJson(chunk) ? new JsonTokenizer(everyValue) : null;
    }
    try {
      if (!invalid) tokenizer?.push(chunk);
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      invalid = error;
    }
    yield chunk;
  }
  if (invalid) throw invalid;
  tokenizer?.end();
}

/** A line of a log can begin with a word in brackets. */
function beginsLikeJson(chunk: Uint8Array): boolean {
  const text = Buffer.from(chunk.subarray(0, 16)).toString('latin1').trimStart();
  return /^(\{|\[\s*(["[{\d\]-]|true|false|null|$))/.test(text);
}

/**
 * Control characters, and those that reorder or hide text: a name from a server must not be able to
 * move the cursor, colour the screen or lie about what stands next to it.
 */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** One line of text that is safe to print for a person. */
export function sanitize(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(unsafe, '');
}

/** Text of any number of lines without what must not reach a terminal or a document. */
export function visible(text: string): string {
  return text.replace(unsafe, (mark) => (/[\t\n\r]/.test(mark) ? mark : ''));
}

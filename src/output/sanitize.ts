/**
 * Control characters and characters that reorder or hide text: a name from a server must not move the
 * cursor, colour the screen or change how its neighbours read.
 */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are removed
  /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Text on one line, safe to print on a terminal. */
export function sanitize(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(unsafe, '');
}

/** Text of several lines without control characters; tabs and line breaks stay. */
export function visible(text: string): string {
  return text.replace(unsafe, (character) => (/[\t\n\r]/.test(character) ? character : ''));
}

/*
 * Control characters and characters that reorder or hide text: text from a server must not move the cursor,
 * colour the screen or change how its neighbours read.
 */

/** C0 except tab and line breaks, DEL, C1, bidirectional controls, invisible characters. */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are removed
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** The same; an escape character may begin a colour, which kc-etl itself writes. */
const unsafeButColors = new RegExp(`\\x1b(?!\\[[\\d;]*m)|(?!\\x1b)${unsafe.source}`, 'g');

/** Text without unsafe characters; tabs and line breaks stay. */
export function stripUnsafe(text: string): string {
  return text.replace(unsafe, '');
}

/** Text without unsafe characters, except for the colours that kc-etl wrote. */
export function stripUncolored(text: string): string {
  return text.replace(unsafeButColors, '');
}

/**
 * JSON with unsafe characters as `\u202e`, so that the values stay the same. They can only stand in strings.
 *
 * @param prefix before the code; another backslash where the format reads one itself
 */
export function escapeUnsafe(json: string, prefix = '\\u'): string {
  return json.replace(
    unsafe,
    (character) => `${prefix}${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether a text has unsafe characters, so that YAML has to quote it. */
export function hasUnsafe(text: string): boolean {
  return text.search(unsafe) >= 0;
}

/** Text on one line. */
export function onOneLine(text: string): string {
  return stripUnsafe(text.replace(/[\t\n\r]+/g, ' '));
}

/**
 * A stream of text in which no line is a command of GitHub Actions: its runner obeys lines that begin with
 * `::`, and `##[` anywhere in a line.
 *
 * @param json whether `[` can be written as an escape, which keeps the value
 * @param meansCommands whether lines that begin with `::` are commands of kc-etl itself
 */
export function commandGuard(json: boolean, meansCommands = false): (text: string) => string {
  let before = '';
  return (text) => {
    const all = before + text;
    const lines = meansCommands ? all : all.replace(/(^|[\n\r])([^\S\n\r]*:)(?=:)/g, '$1$2 ');
    const guarded = lines.replace(/##\[/g, json ? '##\\u005b' : '## [').slice(before.length);
    const line = all.slice(Math.max(all.lastIndexOf('\n'), all.lastIndexOf('\r')) + 1);
    // what decides about the next chunk: a line that is blank so far, or the last two characters
    before = /^\s{0,200}:?$/.test(line) ? line : `x${line.slice(-2)}`;
    return guarded;
  };
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Text between the tags of HTML and XML, and in Markdown. */
export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) => entities.get(character) ?? '');
}

/** Text in a quoted attribute of HTML and XML; right between tags, too. */
export function escapeQuoted(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities.get(character) ?? '');
}

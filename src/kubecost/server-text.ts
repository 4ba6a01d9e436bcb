const excerptLength = 160;

/** The beginning of a text on one line, without control characters. */
export function excerpt(text: string): string {
  const line = oneLine(text);
  return line.length > excerptLength ? `${line.slice(0, excerptLength)}…` : line;
}

/** The title of a page of HTML on one line; empty where it has none. */
export function pageTitle(html: string): string {
  const title = /<title[^>]*>([^<]{0,400})/i.exec(html)?.[1] ?? '';
  return excerpt(
    title.replace(/&(amp|lt|gt|quot|apos|nbsp|#39|mdash|ndash);/gi, (_, name: string) => {
      return entities.get(name.toLowerCase()) ?? '';
    }),
  );
}

/** Those that titles of error pages contain. */
const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['#39', "'"],
  ['nbsp', ' '],
  ['mdash', '—'],
  ['ndash', '–'],
]);

const sentenceLength = 220;
const beginningLength = 80;

/**
 * An error message of a server on one line. OpenCost names the cause last, behind the request to
 * Prometheus that failed: what was attempted and the cause are kept, the text of the query is not.
 */
export function serverSentence(text: string): string {
  const line = oneLine(
    text
      .replace(/(https?:\/\/[^\s?'"]+)\?[^\s'"]+/g, '$1')
      .replace(/,?( Body:)?( for)? (Query:|fetching query) .*/g, ''),
  );
  if (line.length <= sentenceLength) return line;
  const cause = line.slice(beginningLength - sentenceLength).replace(/^\S* /, '');
  return `${line.slice(0, beginningLength).replace(/ \S*$/, '')} … ${cause}`;
}

function oneLine(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
      .replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ')
      .replace(/ {2,}/g, ' ')
      .trim()
  );
}

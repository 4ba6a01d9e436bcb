import stringWidth from 'string-width';

let segmenter: Intl.Segmenter | undefined;

/** Characters per chunk: the time of segmenting grows with the square of the length. */
const chunkLength = 64;

const ascii = /^[ -~]*$/;

/** Characters that are one grapheme and one column each: ASCII, Latin letters, marks of our own. */
const simple = /^[ -~\u00a1-\u00ac\u00ae-\u02ff…✓✗■□·─]*$/;

/** Whether a text is printable ASCII: one column for each character. */
export function isAscii(text: string): boolean {
  return ascii.test(text);
}

/** Grapheme segments. Creating a segmenter takes ten milliseconds, so it is created on first use. */
function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Graphemes of a text: the characters as people count them. */
export function* graphemesOf(text: string): Generator<string, void, undefined> {
  for (const chunk of chunksOf(text)) {
    if (isAscii(chunk)) yield* chunk;
    else for (const { segment } of segments(chunk)) yield segment;
  }
}

/**
 * Columns that a text takes on a terminal; colour codes take none.
 *
 * @param limit stops counting above this many columns
 */
export function textWidth(text: string, limit = Number.POSITIVE_INFINITY): number {
  if (simple.test(text)) return text.length;
  if (text.length <= 8 * chunkLength) return stringWidth(text);
  let width = 0;
  for (const chunk of chunksOf(text)) {
    width += isAscii(chunk) ? chunk.length : stringWidth(chunk);
    if (width > limit) break;
  }
  return width;
}

/** Chunks of a text that split no grapheme. */
function* chunksOf(text: string): Generator<string, void, undefined> {
  let length = chunkLength;
  for (let at = 0; at < text.length; ) {
    const splitsPair = /[\ud800-\udbff]/.test(text[at + length - 1] ?? '');
    const chunk = text.slice(at, at + length + (splitsPair ? 1 : 0));
    const end = at + chunk.length < text.length ? lastBoundary(chunk) : chunk.length;
    if (end > 0) yield chunk.slice(0, end);
    at += end;
    length = end > 0 ? chunkLength : length * 2;
  }
}

/** Index of the last grapheme, which may continue after the chunk. */
function lastBoundary(chunk: string): number {
  if (isAscii(chunk)) return chunk.length - 1;
  return [...segments(chunk)].at(-1)?.index ?? 0;
}

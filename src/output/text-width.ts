import stringWidth from 'string-width';

let segmenter: Intl.Segmenter | undefined;

/** Segmenting takes time that grows with the square of the length, so it is done in pieces. */
const pieceLength = 64;

const ascii = /^[ -~]*$/;

/** Whether every character of a text is one that takes one column, and has no say in the next. */
export function isAscii(text: string): boolean {
  return ascii.test(text);
}

/** Making a segmenter takes ten milliseconds: only for text that needs one. */
function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** The characters of a text as people count them. */
export function* graphemesOf(text: string): Generator<string, void, undefined> {
  for (const piece of piecesOf(text)) {
    if (isAscii(piece)) yield* piece;
    else for (const { segment } of segments(piece)) yield segment;
  }
}

/**
 * The columns that a text takes on a terminal, where colour codes take none.
 *
 * @param enough stop counting there; more than that is then all that is known
 */
export function textWidth(text: string, enough = Number.POSITIVE_INFINITY): number {
  if (isAscii(text)) return text.length;
  if (text.length <= 8 * pieceLength) return stringWidth(text);
  let width = 0;
  for (const piece of piecesOf(text)) {
    width += isAscii(piece) ? piece.length : stringWidth(piece);
    if (width > enough) break;
  }
  return width;
}

/** Pieces that no character is split over. */
function* piecesOf(text: string): Generator<string, void, undefined> {
  let length = pieceLength;
  for (let at = 0; at < text.length; ) {
    const splitsPair = /[\ud800-\udbff]/.test(text[at + length - 1] ?? '');
    const piece = text.slice(at, at + length + (splitsPair ? 1 : 0));
    const end = at + piece.length < text.length ? lastBoundary(piece) : piece.length;
    if (end > 0) yield piece.slice(0, end);
    at += end;
    length = end > 0 ? pieceLength : length * 2;
  }
}

/** Where the last character begins, which may go on after the piece. */
function lastBoundary(piece: string): number {
  if (isAscii(piece)) return piece.length - 1;
  return [...segments(piece)].at(-1)?.index ?? 0;
}

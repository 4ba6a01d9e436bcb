const pieceSize = 0x1_0000;

/** Many short lines as few long pieces: writing one costs more than making it. */
export function* inChunks(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < pieceSize) continue;
    yield piece;
    piece = '';
  }
  if (piece) yield piece;
}

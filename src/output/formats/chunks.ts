/** Characters. */
const chunkSize = 0x1_0000;

/** Lines joined into chunks of 64 KiB: one write costs more than making the text. */
export function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk) yield chunk;
}

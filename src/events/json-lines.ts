import type { Columns } from './columns.ts';
import type { Store } from './kinds.ts';
import { LineWriter } from './line-writer.ts';
import { NONE } from './sink.ts';

const encoder = new TextEncoder();
const part = {
  noWindow: encoder.encode('","window":null,"size":'),
  window: encoder.encode('","window":{"start":"'),
  end: encoder.encode('","end":"'),
  size: encoder.encode('"},"size":'),
  noSize: encoder.encode('null'),
  metadata: encoder.encode(',"metadata":{}}\n'),
} as const;

/** The lines of events, as `JSON.stringify` writes them, in pieces of about 64 KB. */
export function* jsonLines(
  columns: Columns,
  order: Uint32Array,
  kinds: readonly { store: Store; kind: string }[],
): Generator<string> {
  const lines = new LineWriter();
  const starts = kinds.map(({ store, kind }) => {
    const event = JSON.stringify({ store, kind, time: '' });
    return encoder.encode(event.slice(0, -'"}'.length));
  });
  for (const index of order) {
    columns.seek(index);
    const start = starts[columns.kind];
    if (columns.object) lines.text(`${JSON.stringify(columns.object)}\n`);
    else if (start) writeEvent(lines, start, columns);
    if (lines.isFull) yield lines.take();
  }
  yield lines.take();
}

function writeEvent(lines: LineWriter, start: Uint8Array, columns: Columns): void {
  lines.bytes(start);
  lines.time(columns.seconds, columns.nanos, columns.digits);
  if (columns.start === NONE) lines.bytes(part.noWindow);
  else {
    lines.bytes(part.window);
    lines.time(columns.start * 60, 0, 0);
    lines.bytes(part.end);
    lines.time(columns.end * 60, 0, 0);
    lines.bytes(part.size);
  }
  if (columns.size === NONE) lines.bytes(part.noSize);
  else lines.number(columns.size);
  lines.bytes(part.metadata);
}

import type { Columns } from './columns.ts';
import type { Store } from './kinds.ts';
import { LineWriter } from './line-writer.ts';
import { NONE } from './sink.ts';
import { formatMinutes } from './time.ts';

const mostWindows = 10_000;
const encoder = new TextEncoder();
const part = {
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
  const windows = new WindowTexts();
  for (const index of order) {
    columns.seek(index);
    const start = starts[columns.kind];
    if (columns.object) lines.text(`${JSON.stringify(columns.object)}\n`);
    else if (start) writeEvent(lines, start, windows, columns);
    if (lines.isFull) yield lines.take();
  }
  yield lines.take();
}

function writeEvent(
  lines: LineWriter,
  start: Uint8Array,
  windows: WindowTexts,
  columns: Columns,
): void {
  lines.bytes(start);
  lines.time(columns.seconds, columns.nanos, columns.digits);
  lines.bytes(windows.of(columns.start, columns.end));
  if (columns.size === NONE) lines.bytes(part.noSize);
  else lines.number(columns.size);
  lines.bytes(part.metadata);
}

/** What stands between the time and the size. Many events share a window, so its text is kept. */
class WindowTexts {
  readonly #known = new Map<number, { end: number; text: Uint8Array }>();

  of(start: number, end: number): Uint8Array {
    const known = this.#known.get(start);
    if (known?.end === end) return known.text;
    const window = start === NONE ? null : { start: formatMinutes(start), end: formatMinutes(end) };
    const text = encoder.encode(`","window":${JSON.stringify(window)},"size":`);
    if (this.#known.size >= mostWindows) this.#known.clear();
    this.#known.set(start, { end, text });
    return text;
  }
}

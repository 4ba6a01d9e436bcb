import type { EventColumns } from './columns.ts';
import { LineWriter } from './line-writer.ts';
import { NONE } from './sink.ts';
import { formatMinutes } from './time.ts';

const maxWindows = 10_000;
const encoder = new TextEncoder();
const part = {
  noSize: encoder.encode('null'),
  metadata: encoder.encode(',"metadata":{}}\n'),
} as const;

/** NDJSON lines of events, equal to those of `JSON.stringify`, in chunks of about 64 KB. */
export function* jsonLines(
  columns: EventColumns,
  order: Uint32Array,
  kinds: readonly { store: string; kind: string }[],
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
  columns: EventColumns,
): void {
  lines.bytes(start);
  lines.time(columns);
  lines.bytes(windows.of(columns.start, columns.end));
  if (columns.size === NONE) lines.bytes(part.noSize);
  else lines.number(columns.size);
  lines.bytes(part.metadata);
}

/** Text between the time and the size of a line, cached because many events share a window. */
class WindowTexts {
  readonly #known = new Map<number, { end: number; text: Uint8Array }>();

  of(start: number, end: number): Uint8Array {
    const known = this.#known.get(start);
    if (known?.end === end) return known.text;
    const window = start === NONE ? null : { start: formatMinutes(start), end: formatMinutes(end) };
    const text = encoder.encode(`","window":${JSON.stringify(window)},"size":`);
    if (this.#known.size >= maxWindows) this.#known.clear();
    this.#known.set(start, { end, text });
    return text;
  }
}

import { documentFormat } from '../documents.ts';
import type { Format } from '../renderer.ts';
import type { EventsReport } from '../result.ts';

/** One JSON document. */
export const json: Format = {
  *events({ report }) {
    yield* eventsDocument(report);
  },
  ...documentFormat(document),
  *text({ text }) {
    yield text;
  },
};

function document(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Events as one line each: a log of any size is streamed. */
function* eventsDocument({
  server,
  query,
  counters,
  events,
  total,
}: EventsReport): Iterable<string> {
  const head = document({
    schemaVersion: 1,
    server,
    query,
    counters: Object.fromEntries(counters),
  });
  yield `${head.trimEnd().slice(0, -2)},\n  "events": [`;
  let written = false;
  for (const lines of events?.jsonLines() ?? []) {
    const indented = lines.trimEnd().replaceAll('\n', ',\n    ');
    yield `${written ? ',' : ''}\n    ${indented}`;
    written = true;
  }
  yield `${written ? '\n  ' : ''}],\n  "total": ${total}\n}\n`;
}

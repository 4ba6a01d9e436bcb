import { Document, Scalar, visit } from 'yaml';
import { type DocumentKind, documentOf } from '../documents.ts';
import type { Format } from '../renderer.ts';
import type { EventsReport, Result } from '../result.ts';

/** The document of `-o json` as YAML 1.2. */
export const yaml: Format = {
  events: ({ report }) => eventsDocument(report),
  groups: whole,
  rates: whole,
  kinds: whole,
  audits: whole,
  differences: whole,
  compare: whole,
  coverage: whole,
  types: whole,
  doctor: whole,
  profiles: whole,
  settings: whole,
};

function* whole(result: Extract<Result, { kind: DocumentKind }>): Generator<string> {
  yield document(documentOf(result));
}

/** No line is folded: a name stays in one piece, for whoever searches it. */
function document(value: unknown): string {
  const made = new Document(value, { aliasDuplicateObjects: false });
  visit(made, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && node.value.match(unprintable)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return escaped(made.toString({ lineWidth: 0 }));
}

/** An event is a line, in YAML's flow style, which JSON is a part of: so a log of any size is written as it is read. */
function* eventsDocument({
  server,
  query,
  counters,
  events,
  total,
}: EventsReport): Generator<string> {
  yield document({ schemaVersion: 1, server, query, counters: Object.fromEntries(counters) });
  let begun = false;
  for (const lines of events?.jsonLines() ?? []) {
    if (lines === '') continue;
    const items = lines.slice(0, -1).replaceAll('\n', '\n  - ');
    yield `${begun ? '' : 'events:\n'}  - ${escaped(items)}\n`;
    begun = true;
  }
  yield `${begun ? '' : 'events: []\n'}total: ${total}\n`;
}

/** What YAML does not take literally, though JSON does; it stands inside double quotes. */
const unprintable = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

function escaped(text: string): string {
  return text.replace(
    unprintable,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

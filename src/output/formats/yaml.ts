import { Document, Scalar, visit } from 'yaml';
import { hasUnsafe } from '../../text-safety.ts';
import { documentFormat } from '../documents.ts';
import type { Format } from '../renderer.ts';
import type { EventsReport } from '../result.ts';

/** The document of `-o json` as YAML 1.2. */
export const yaml: Format = {
  events: ({ report }) => eventsDocument(report),
  ...documentFormat(document),
};

/** A YAML document; no line is folded, so that a name can be found by searching for it. */
function document(value: unknown): string {
  const made = new Document(value, { aliasDuplicateObjects: false });
  visit(made, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && needsQuotes(node.value)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return escaped(
    made.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER }),
  );
}

/** Events as one line each in flow style, which JSON is a subset of: a log of any size is streamed. */
function* eventsDocument({
  server,
  query,
  counters,
  events,
  total,
}: EventsReport): Generator<string> {
  yield document({ schemaVersion: 1, server, query, counters: Object.fromEntries(counters) });
  let started = false;
  for (const lines of events?.jsonLines() ?? []) {
    if (lines === '') continue;
    const items = lines.slice(0, -1).replaceAll('\n', '\n  - ');
    yield `${started ? '' : 'events:\n'}  - ${escaped(items)}\n`;
    started = true;
  }
  yield `${started ? '' : 'events: []\n'}total: ${total}\n`;
}

/** Characters that JSON allows literally in a string and YAML does not. */
const unprintable = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Also for what GitHub Actions would take for a command if it stood in a line of its own. */
function needsQuotes(text: string): boolean {
  return hasUnsafe(text) || text.search(unprintable) >= 0 || /##\[|(^|[\r\n])\s*::/.test(text);
}

function escaped(text: string): string {
  return text.replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

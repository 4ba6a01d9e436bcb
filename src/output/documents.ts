import type { Format, Renderer } from './renderer.ts';
import type { Result, ResultKind } from './result.ts';

/** Kinds of result that are one JSON document. Events are streamed; a text is no document. */
export type DocumentKind = Exclude<ResultKind, 'events' | 'following' | 'text'>;

type Documents = {
  readonly [K in DocumentKind]: (result: Extract<Result, { kind: K }>) => unknown;
};

const documents: Documents = {
  groups: ({ report }) => report,
  rates: ({ report }) => report,
  kinds: ({ kinds }) => ({ schemaVersion: 1, kinds }),
  audits: ({ report }) => report,
  differences: ({ report }) => report,
  compare: ({ report }) => report,
  coverage: ({ report }) => report,
  servers: ({ report }) => report,
  fleet: ({ report }) => report,
  reconciliation: ({ report }) => report,
  repair: ({ report }) => report,
  trend: ({ trend }) => trend.report,
  explanation: ({ code, info, finding }) => ({ schemaVersion: 1, code, ...info, finding }),
  types: ({ types }) => ({ schemaVersion: 1, types }),
  doctor: ({ report }) => report,
  profiles: ({ profiles }) => ({ schemaVersion: 1, profiles }),
  version: ({ report }) => ({ schemaVersion: 1, ...report }),
  settings: ({ profile, settings }) => ({ schemaVersion: 1, profile, settings }),
};

/** The document that `-o json` and `-o yaml` print, as `kc-etl schema` describes it. */
export function documentOf(result: Extract<Result, { kind: DocumentKind }>): unknown {
  // the compiler cannot see that the function is looked up by the kind of the very result it gets
  const make = documents[result.kind] as (result: Result) => unknown;
  return make(result);
}

/**
 * A format that prints every result but events as the document of `documentOf`.
 *
 * @param serialize the text of a document, its last line ended
 */
export function documentFormat(
  serialize: (document: unknown) => string,
): Pick<Format, DocumentKind> {
  function* whole(result: Extract<Result, { kind: DocumentKind }>): Generator<string> {
    yield serialize(documentOf(result));
  }
  const kinds = Object.keys(documents) as DocumentKind[]; // keys() widens to string
  return Object.fromEntries(
    kinds.map((kind): [DocumentKind, Renderer<DocumentKind>] => [kind, whole]),
  );
}

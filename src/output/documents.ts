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

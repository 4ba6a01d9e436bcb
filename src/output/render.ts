import type { FormatName } from './formats/names.ts';
import { formatNames } from './formats/names.ts';
import { outgoing } from './outgoing.ts';
import type { Format, RenderContext } from './renderer.ts';
import type { Result, ResultKind } from './result.ts';

/** Kinds with a dataset: rows and columns. */
const tabular: readonly ResultKind[] = [
  'events',
  'groups',
  'rates',
  'kinds',
  'audits',
  'differences',
  'compare',
  'coverage',
  'reconciliation',
  'fleet',
  'servers',
  'repair',
  'trend',
  'types',
];

/** Kinds that are one document, or a log written as one. */
const documents: readonly ResultKind[] = [
  ...tabular,
  'explanation',
  'doctor',
  'profiles',
  'settings',
  'version',
];

const printable: readonly ResultKind[] = [...documents, 'text'];

/** Formats with the kinds of result they print; a format is loaded when it is used. */
const formats: Readonly<
  Record<FormatName, { kinds: readonly ResultKind[]; load: () => Promise<Format> }>
> = {
  table: {
    kinds: [...printable, 'following'],
    load: async () => (await import('./formats/table.ts')).table,
  },
  wide: {
    kinds: [...printable, 'following'],
    load: async () => (await import('./formats/table.ts')).wide,
  },
  json: {
    kinds: printable,
    load: async () => (await import('./formats/json.ts')).json,
  },
  ndjson: {
    kinds: [...printable, 'following'],
    load: async () => (await import('./formats/ndjson.ts')).ndjson,
  },
  yaml: {
    kinds: documents,
    load: async () => (await import('./formats/yaml.ts')).yaml,
  },
  csv: {
    kinds: [...tabular, 'following'],
    load: async () => (await import('./formats/csv.ts')).csv,
  },
  markdown: {
    kinds: tabular,
    load: async () => (await import('./formats/markdown.ts')).markdown,
  },
  junit: {
    kinds: ['audits', 'differences', 'servers'],
    load: async () => (await import('./formats/junit.ts')).junit,
  },
  sarif: {
    kinds: ['audits', 'differences', 'servers'],
    load: async () => (await import('./formats/sarif.ts')).sarif,
  },
  github: {
    kinds: ['audits', 'differences', 'servers'],
    load: async () => (await import('./formats/github.ts')).github,
  },
  prometheus: {
    kinds: ['audits', 'differences', 'coverage', 'reconciliation', 'fleet', 'servers'],
    load: async () => (await import('./formats/prometheus.ts')).prometheus,
  },
  html: {
    kinds: ['audits', 'differences', 'servers', 'trend'],
    load: async () => (await import('./formats/html.ts')).html,
  },
};

/** Names of the formats that can print a kind of result. */
export function formatsOf(kind: ResultKind): FormatName[] {
  return formatNames.filter((name) => formats[name].kinds.includes(kind));
}

/** Text of a result in chunks: a result of any size is printed in bounded memory. */
export async function* render(
  result: Result,
  format: FormatName,
  context: RenderContext,
): AsyncGenerator<string, void, undefined> {
  const selected = context.view?.columns;
  if (selected) {
    const { selectedTable } = await import('./tables/selected.ts');
    const table = selectedTable(result, selected, context);
    if (table) {
      yield* table;
      return;
    }
  }
  const loaded = await formats[format].load();
  // the compiler cannot see that a renderer is looked up by the kind of the very result it gets
  const renderer = loaded[result.kind] as
    | ((result: Result, context: RenderContext) => Iterable<string> | AsyncIterable<string>)
    | undefined;
  if (!renderer) throw new Error(`${format} cannot print ${result.kind}`);
  const clean = outgoing(format, context.onGitHub ?? false);
  for await (const chunk of renderer(result, context)) yield clean(chunk);
}

import type { FormatName } from './formats/names.ts';
import { formatNames } from './formats/names.ts';
import type { Format, RenderContext } from './renderer.ts';
import type { Result, ResultKind } from './result.ts';

/** What is rows, or can be laid out as rows. */
const sheets: readonly ResultKind[] = [
  'events',
  'groups',
  'rates',
  'kinds',
  'audits',
  'differences',
  'compare',
  'coverage',
  'types',
];

/** What is one document, or a log that is written as one. */
const documents: readonly ResultKind[] = [...sheets, 'doctor', 'profiles', 'settings'];

const printable: readonly ResultKind[] = [...documents, 'text'];

/** Every format, and the kinds of result it prints, without loading it. */
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
    kinds: [...sheets, 'following'],
    load: async () => (await import('./formats/csv.ts')).csv,
  },
  markdown: {
    kinds: sheets,
    load: async () => (await import('./formats/markdown.ts')).markdown,
  },
  junit: {
    kinds: ['audits', 'differences'],
    load: async () => (await import('./formats/junit.ts')).junit,
  },
  sarif: {
    kinds: ['audits', 'differences'],
    load: async () => (await import('./formats/sarif.ts')).sarif,
  },
  github: {
    kinds: ['audits', 'differences'],
    load: async () => (await import('./formats/github.ts')).github,
  },
  prometheus: {
    kinds: ['audits', 'differences', 'coverage'],
    load: async () => (await import('./formats/prometheus.ts')).prometheus,
  },
  html: {
    kinds: ['audits', 'differences'],
    load: async () => (await import('./formats/html.ts')).html,
  },
};

/** The formats in which a kind of result can be printed. */
export function formatsOf(kind: ResultKind): FormatName[] {
  return formatNames.filter((name) => formats[name].kinds.includes(kind));
}

/** The result as text, in pieces, so that one of any size fits. */
export async function* render(
  result: Result,
  format: FormatName,
  context: RenderContext,
): AsyncGenerator<string, void, undefined> {
  const loaded = await formats[format].load();
  // the compiler cannot see that a renderer is looked up by the kind of the very result it gets
  const renderer = loaded[result.kind] as
    | ((result: Result, context: RenderContext) => Iterable<string> | AsyncIterable<string>)
    | undefined;
  if (!renderer) throw new Error(`${format} cannot print ${result.kind}`);
  yield* renderer(result, context);
}

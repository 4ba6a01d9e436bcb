import { UsageError } from '../../errors.ts';

/** Segments of a path that do something, though a GET is enough: docs/kubecost-api.md calls repair one. */
const writing =
  /^(repair|rebuild|delete|remove|clear|purge|reset|refresh|update|upload|set|add|insert|enable|disable|create|backup|restore|import|trigger|run|write|save|send|register|rotate|install|upgrade|validate)(?![a-z])/;

/** Paths whose answers hold the secrets of an installation. */
const secret: readonly (readonly [RegExp, string])[] = [
  [/^helmvalues$/i, 'its answer holds the secrets of the Helm values'],
  [/^(servicekey|getconfigs|export)$/i, 'its answer can hold cloud credentials'],
];

/**
 * Reads the path that `kc-etl api` is to GET, with or without `/model` and a query.
 *
 * @throws UsageError where it leads elsewhere, writes, or answers with secrets
 */
export function readablePath(text: string): { path: string; query: URLSearchParams } {
  const isPath = !/^([a-z][a-z0-9+.-]*:|\/?\/\/|\\)/i.test(text) && !text.includes('#');
  const spelled = `http://path/${text.replace(/^\//, '')}`;
  if (!isPath || !URL.canParse(spelled)) {
    throw new UsageError(`api: '${text}' is not a path`, 'a path looks like /etl/log?window=7d');
  }
  const { pathname, searchParams } = new URL(spelled);
  const path = pathname.replace(/^\/model(?=\/)/, '');
  const segments = decoded(path).split('/').filter(Boolean);
  if (segments.length === 0 || segments.includes('..')) {
    throw new UsageError(`api: '${text}' is not a path`, 'a path looks like /etl/log?window=7d');
  }
  for (const segment of segments) {
    const why = secret.find(([pattern]) => pattern.test(segment))?.[1];
    if (why) throw new UsageError(`api: kc-etl does not ask for ${path}: ${why}`);
    if (writes(segment)) {
      throw new UsageError(
        `api: ${path} changes the server ('${segment}'), and api only reads`,
        'if that is what you want, use curl',
      );
    }
  }
  const commit = [...searchParams].find(([name]) => name.toLowerCase() === 'commit');
  if (commit && commit[1].toLowerCase() !== 'false') {
    throw new UsageError(
      'api: commit=true changes the server, and api only reads',
      'audits are started with: kc-etl audit run',
    );
  }
  return { path, query: searchParams };
}

/** `updateConfigByKey`, `Repair`, `REPAIR`; not `settings`, which only begins like `set`. */
function writes(segment: string): boolean {
  const camel = `${segment.slice(0, 1).toLowerCase()}${segment.slice(1)}`;
  return (
    writing.test(camel) ||
    (segment === segment.toUpperCase() && writing.test(segment.toLowerCase()))
  );
}

/** `%252e` and the like are undone until nothing changes, as a chain of proxies might. */
function decoded(path: string): string {
  let text = path;
  for (let i = 0; i < 4; i++) {
    try {
      const next = decodeURIComponent(text);
      if (next === text) return text;
      text = next;
    } catch {
      return text;
    }
  }
  return text;
}

import { UsageError } from '../../errors.ts';
import { canonicalSegments } from './canonical-path.ts';

/** Words that begin a segment of a path that changes something, though a GET is enough: docs/kubecost-api.md calls repair one. */
const writing =
  /^(?:repair|rebuild|delete|remove|clear|purge|reset|refresh|update|upload|set|add|insert|enable|disable|create|backup|restore|import|trigger|run|write|save|send|register|rotate|install|upgrade|validate)/i;

/** Paths whose responses hold the secrets of an installation. */
const secret: readonly (readonly [RegExp, string])[] = [
  [/^helmvalues$/i, 'its response contains the secrets of the Helm values'],
  [/^(servicekey|getconfigs|export)$/i, 'its response can contain cloud credentials'],
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
  const { pathname, search, searchParams } = new URL(spelled);
  const path = pathname.replace(/^\/model(?=\/)/, '');
  const reason = refusalOf(pathname, search);
  if (reason) {
    const isUnknown = reason.kind === 'unknown';
    throw new UsageError(
      isUnknown ? `api: '${text}' is not a path` : `api: ${path} ${reason.why}`,
      isUnknown ? 'a path looks like /etl/log?window=7d' : reason.hint,
    );
  }
  return { path, query: searchParams };
}

/** The reason why a GET of an address is not a harmless read. */
export interface Refusal {
  /** `unknown`: nobody knows where the path leads. */
  readonly kind: 'writes' | 'secrets' | 'unknown';
  /** What stands behind the path in a message: `changes the server (…)`. */
  readonly why: string;
  readonly hint?: string;
}

/** Whether a GET would write or return secrets, by the path and query as the server will read them; null where not. */
export function refusalOf(pathname: string, search: string): Refusal | null {
  const segments = canonicalSegments(pathname);
  if (segments === null || segments.length === 0) {
    return { kind: 'unknown', why: 'is not a path' };
  }
  for (const segment of segments) {
    const why = secret.find(([pattern]) => pattern.test(segment))?.[1];
    if (why) return { kind: 'secrets', why: `is refused: ${why}` };
    if (writes(segment)) {
      return {
        kind: 'writes',
        why: `changes the server ('${segment}'), and kc-etl api only reads`,
        hint: 'if that is what you want, use curl',
      };
    }
  }
  if (!commits(search)) return null;
  return {
    kind: 'writes',
    why: 'with commit=true changes the server, and kc-etl api only reads',
    hint: 'audits are started with: kc-etl audit run',
  };
}

/** Any of several `commit` parameters counts, and older Go servers take `;` for `&`. */
function commits(search: string): boolean {
  const parameters = [...new URLSearchParams(search.replaceAll(/;|%3b/gi, '&'))];
  return parameters.some(
    ([name, value]) =>
      canonicalSegments(name)?.join('/').toLowerCase() === 'commit' &&
      value.toLowerCase() !== 'false',
  );
}

/** `updateConfigByKey`, `Repair`, `REPAIR`, `rEpair`; not `settings`, which only begins like `set`. */
function writes(segment: string): boolean {
  const [word = ''] = writing.exec(segment) ?? [];
  if (word === '') return false;
  const goesOn = /^[a-z]/.test(segment.slice(word.length));
  if (/^[a-z]+$/i.test(segment) && segment === segment.toUpperCase()) {
    return segment.length === word.length;
  }
  // no name is written like uPdateConfig, so it is one that should not be recognised
  return !goesOn || !/^[A-Za-z][a-z]*$/.test(word);
}

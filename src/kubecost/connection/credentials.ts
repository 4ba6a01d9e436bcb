import { UsageError } from '../../errors.ts';
import { type CredentialKindName, credentialKind } from './credential-kinds.ts';
import { isCredential } from './headers.ts';
import { unreadableFile } from './unreadable-file.ts';

/** One credential, and where its text is to be had. */
export interface CredentialSource {
  readonly kind: CredentialKindName;
  /** As an error names it: `--token`, `KC_ETL_TOKEN_FILE`, a file and its line. */
  readonly source: string;
  readonly from:
    | { readonly text: string }
    /** Read again whenever it changes, as projected service-account tokens do. */
    | { readonly file: string }
    /** Run by the shell; what it prints is kept for some minutes. */
    | { readonly command: string };
}

/** What goes with every request, as of now. */
export interface Credentials {
  /** @throws UsageError where a file cannot be read or a command fails */
  headers(): Promise<ReadonlyMap<string, string>>;
  /** Whether they say who asks. */
  readonly confidential: boolean;
}

export interface CredentialDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What a command prints. */
  readonly outputOf: (command: string, source: string) => Promise<string>;
  /** Told what no output may show, before it is used. */
  readonly hide: (secrets: readonly string[]) => void;
}

const commandOutputLasts = 5 * 60_000;

/** @param sources weakest first: of two that set the same header the later is sent */
export function createCredentials(
  sources: readonly CredentialSource[],
  deps: CredentialDeps,
): Credentials {
  const readers = sources.map((source) => ({ source, read: textReader(source, deps) }));
  return {
    confidential: sources.some(
      ({ kind, from }) =>
        kind !== 'header' ||
        !('text' in from) ||
        from.text.split('\n').some((line) => isCredential(line.split(':', 1)[0]?.trim() ?? '')),
    ),
    async headers() {
      const sent = new Map<string, string>();
      for (const { source, read } of readers) {
        const text = await read();
        for (const [name, value] of headersOf(source, text, deps)) sent.set(name, value);
      }
      return sent;
    },
  };
}

function headersOf(
  { kind, source }: CredentialSource,
  text: string,
  deps: CredentialDeps,
): readonly (readonly [string, string])[] {
  const { headers, secrets } = credentialKind(kind);
  deps.hide([text, ...(secrets?.(text) ?? [])]);
  const made = headers(text, source);
  deps.hide(made.flatMap(([, value]) => [value, value.replace(/^(Bearer|Basic)\s+/i, '')]));
  return made;
}

function textReader({ from, source }: CredentialSource, deps: CredentialDeps) {
  if ('text' in from) return async () => from.text;
  if ('file' in from) return fileReader(from.file, source);
  let known: { text: string; until: number } | null = null;
  return async () => {
    if (known === null || deps.now() >= known.until) {
      const text = (await deps.outputOf(from.command, source)).trim();
      if (text === '') throw new UsageError(`${source}: the command printed nothing`);
      known = { text, until: deps.now() + commandOutputLasts };
    }
    return known.text;
  };
}

/** The text of a file, read again when the file has changed. */
function fileReader(path: string, source: string): () => Promise<string> {
  let known: { text: string; version: string } | null = null;
  return async () => {
    const { readFile, stat } = await import('node:fs/promises');
    try {
      const { ino, mtimeMs, size } = await stat(path);
      const version = `${ino} ${mtimeMs} ${size}`;
      if (known?.version !== version) {
        known = { text: (await readFile(path, 'utf8')).trim(), version };
      }
    } catch (error) {
      throw unreadableFile(path, source, error);
    }
    if (known.text === '') throw new UsageError(`${source}: ${path} is empty`);
    return known.text;
  };
}

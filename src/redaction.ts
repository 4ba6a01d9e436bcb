import type { Io, Sink } from './io.ts';
import { type SecretPattern, secretPattern } from './secret-pattern.ts';
import { commandGuard, stripUncolored } from './text-safety.ts';

/**
 * The same ways out, with every secret replaced in what is written; on stderr also every part of
 * one, since a message may quote only the beginning of what a server said. `secrets` may grow after
 * the call; the longest should come first. Text for stderr also loses control characters; that of stdout was
 * made safe for its format.
 *
 * @param onGitHub whether GitHub Actions reads the output, which obeys lines that look like its commands
 */
export function redactedIo(io: Io, secrets: readonly string[], onGitHub: boolean): Io {
  const guard = onGitHub ? commandGuard(false) : (text: string) => text;
  return {
    ...io,
    stdout: redacted(io.stdout, (text) => redact(text, secrets)),
    stderr: redacted(io.stderr, (text) =>
      guard(stripUncolored(redactParts(redact(text, secrets), secrets))),
    ),
  };
}

function redacted(sink: Sink, clean: (text: string) => string): Sink {
  return {
    get isTTY() {
      return sink.isTTY;
    },
    get columns() {
      return sink.columns;
    },
    get rows() {
      return sink.rows;
    },
    get colorLevel() {
      return sink.colorLevel;
    },
    get stream() {
      return sink.stream;
    },
    write: (text) => sink.write(clean(text)),
  };
}

const mark = '[redacted]';

/** A text shorter than this is not treated as a secret: it would blot out ordinary words. */
const minSecretLength = 4;

/** Adds to `secrets` what must not be seen, longest first. */
export function hideSecrets(secrets: string[], texts: readonly string[]): void {
  for (const text of texts) {
    if (text.length < minSecretLength) continue;
    for (const part of [text, ...partsOf(text)]) {
      if (secrets.includes(part)) continue;
      const at = secrets.findIndex((secret) => secret.length < part.length);
      secrets.splice(at < 0 ? secrets.length : at, 0, part);
    }
  }
}

/** What is left of a secret in a name that kc-etl splits at its slashes, as `cluster/node`. */
function partsOf(secret: string): string[] {
  return [secret, ...wholeEncodings(secret)]
    .filter((form) => form.includes('/'))
    .flatMap((form) => form.split('/'))
    .filter(({ length }) => length >= minPartLength);
}

/** `text` with every secret replaced, in whatever spelling its format gives it. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    for (const pattern of patternsOf(secret)) clean = pattern.replace(clean, mark);
  }
  return clean;
}

const patterns = new Map<string, readonly SecretPattern[]>();

function patternsOf(secret: string): readonly SecretPattern[] {
  const known = patterns.get(secret);
  if (known) return known;
  const made = secretPatterns(secret, 'text');
  patterns.set(secret, made);
  return made;
}

/** Patterns of the secret and of its encodings. */
export function secretPatterns(secret: string, unit: 'text' | 'bytes'): readonly SecretPattern[] {
  return [
    secretPattern(secret, unit),
    ...encodings(secret).map((encoded) => encodedPattern(encoded, unit)),
  ];
}

/** Formats escape no letters and digits, so that a search for some of them rules out most texts. */
function encodedPattern(encoded: string, unit: 'text' | 'bytes'): SecretPattern {
  const runs = encoded.match(/[A-Za-z0-9]+/g) ?? [];
  const longest = runs.reduce((long, run) => (run.length > long.length ? run : long), '');
  const pattern = secretPattern(encoded, unit);
  return {
    replace: (text, replacement) =>
      text.includes(longest) ? pattern.replace(text, replacement) : text,
  };
}

/** A shorter secret's encodings could stand anywhere. */
const minEncodedLength = 8;

/**
 * The secret in base64, alone or within a longer text, and in hex; each as it is mostly written. Of a
 * longer text two characters of base64 may stay that hold some bits of the secret's first and last byte.
 */
export function encodings(secret: string): string[] {
  if (secret.length < minEncodedLength) return [];
  const hex = Buffer.from(secret).toString('hex');
  const inner = [0, 1, 2].flatMap((offset) => bothAlphabets(innerBase64(secret, offset)));
  return [...new Set([...wholeEncodings(secret), ...inner, hex, hex.toUpperCase()])];
}

/** The base64 of the secret alone, without the padding that its end decides. */
function wholeEncodings(secret: string): string[] {
  if (secret.length < minEncodedLength) return [];
  return bothAlphabets(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
}

/** The characters that the secret alone decides where it stands `offset` bytes behind a multiple of 3. */
function innerBase64(secret: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const first = Math.ceil((offset * 8) / 6);
  return bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6));
}

function bothAlphabets(base64: string): string[] {
  return [base64, base64.replaceAll('+', '-').replaceAll('/', '_')];
}

/** A secret as the common formats write it, for parts of it. */
function wholeSpellings(secret: string): Set<string> {
  return new Set([
    secret,
    ...encodings(secret),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ]);
}

/** A shorter part than this tells nothing, and may be an ordinary word. */
const minPartLength = 12;

/** `text` with every part of a secret replaced that is long enough to tell something. */
export function redactParts(text: string, secrets: readonly string[]): string {
  const parts = secrets.map(knownParts);
  let clean = '';
  let done = 0;
  for (let at = 0; at + minPartLength <= text.length; at++) {
    const part = text.slice(at, at + minPartLength);
    if (!parts.some((known) => known.has(part))) continue;
    if (at >= done) clean += text.slice(done, at) + mark;
    done = at + minPartLength;
  }
  return clean + text.slice(done);
}

const partsBySecret = new Map<string, ReadonlySet<string>>();

function knownParts(secret: string): ReadonlySet<string> {
  const known = partsBySecret.get(secret);
  if (known) return known;
  const parts = new Set<string>();
  for (const spelling of wholeSpellings(secret)) {
    for (let at = 0; at + minPartLength <= spelling.length; at++) {
      parts.add(spelling.slice(at, at + minPartLength));
    }
  }
  partsBySecret.set(secret, parts);
  return parts;
}

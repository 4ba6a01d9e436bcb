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
  return forms(secret)
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

/** Patterns of the secret and of its base64, as text. */
function patternsOf(secret: string): readonly SecretPattern[] {
  const known = patterns.get(secret);
  if (known) return known;
  const made = forms(secret).map((form) => secretPattern(form, 'text'));
  patterns.set(secret, made);
  return made;
}

/** The secret and its base64, without the padding that its end decides; a short text's could stand anywhere. */
export function forms(secret: string): string[] {
  const encoded = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  if (secret.length < minEncodedLength) return [secret];
  return [...new Set([secret, encoded, encoded.replaceAll('+', '-').replaceAll('/', '_')])];
}

const minEncodedLength = 8;

/** A secret as the common formats write it, for parts of it. */
function wholeSpellings(secret: string): Set<string> {
  return new Set([
    ...forms(secret),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ]);
}

/** A shorter part than this tells nothing, and may be an ordinary word. */
const minPartLength = 12;

/** `text` with every part of a secret replaced that is long enough to tell something. */
export function redactParts(text: string, secrets: readonly string[]): string {
  const parts = new Set<string>();
  for (const secret of secrets) {
    for (const spelling of wholeSpellings(secret)) {
      for (let at = 0; at + minPartLength <= spelling.length; at++) {
        parts.add(spelling.slice(at, at + minPartLength));
      }
    }
  }
  if (parts.size === 0) return text;
  let clean = '';
  let done = 0;
  for (let at = 0; at + minPartLength <= text.length; at++) {
    if (!parts.has(text.slice(at, at + minPartLength))) continue;
    if (at >= done) clean += text.slice(done, at) + mark;
    done = at + minPartLength;
  }
  return clean + text.slice(done);
}

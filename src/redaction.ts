import type { Io, Sink } from './io.ts';

/**
 * The same ways out, with every secret replaced in what is written; on stderr also every part of
 * one, since a message may quote only the beginning of what a server said. `secrets` may grow after
 * the call; the longest should come first.
 */
export function redactedIo(io: Io, secrets: readonly string[]): Io {
  return {
    ...io,
    stdout: redacted(io.stdout, (text) => redact(text, secrets)),
    stderr: redacted(io.stderr, (text) => redactParts(redact(text, secrets), secrets)),
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
const shortestSecret = 4;

/** Adds to `secrets` what must not be seen, longest first. */
export function hideSecrets(secrets: string[], texts: readonly string[]): void {
  for (const text of texts) {
    if (text.length < shortestSecret || secrets.includes(text)) continue;
    const at = secrets.findIndex((secret) => secret.length < text.length);
    secrets.splice(at < 0 ? secrets.length : at, 0, text);
  }
}

/** `text` with every secret replaced, also where it is quoted in JSON or in an address. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    for (const spelling of spellings(secret)) {
      if (clean.includes(spelling)) clean = clean.replaceAll(spelling, mark);
    }
  }
  return clean;
}

/** How a secret stands in a text, in JSON and in an address. */
export function spellings(secret: string): Set<string> {
  return new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
}

/** A shorter part than this tells nothing, and may be an ordinary word. */
const shortestPart = 12;

/** `text` with every part of a secret replaced that is long enough to tell something. */
export function redactParts(text: string, secrets: readonly string[]): string {
  const parts = new Set<string>();
  for (const secret of secrets) {
    for (let at = 0; at + shortestPart <= secret.length; at++) {
      parts.add(secret.slice(at, at + shortestPart));
    }
  }
  if (parts.size === 0) return text;
  let clean = '';
  let done = 0;
  for (let at = 0; at + shortestPart <= text.length; at++) {
    if (!parts.has(text.slice(at, at + shortestPart))) continue;
    if (at >= done) clean += text.slice(done, at) + mark;
    done = at + shortestPart;
  }
  return clean + text.slice(done);
}

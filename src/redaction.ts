import type { Io, Sink } from './io.ts';

/**
 * The same ways out, with every secret replaced in what is written. `secrets` may grow after the
 * call; the longest should come first.
 */
export function redactedIo(io: Io, secrets: readonly string[]): Io {
  return { ...io, stdout: redacted(io.stdout, secrets), stderr: redacted(io.stderr, secrets) };
}

function redacted(sink: Sink, secrets: readonly string[]): Sink {
  return {
    ...sink,
    write: (text) => sink.write(redact(text, secrets)),
  };
}

/** A text shorter than this is not treated as a secret: it would blot out ordinary words. */
const shortestSecret = 4;

/** So much of a secret's beginning gives it away, where a message was cut in the middle of it. */
const telltale = 16;

/** Adds to `secrets` what must not be seen, in every spelling it may appear in; longest first. */
export function hideSecrets(secrets: string[], texts: readonly string[]): void {
  for (const text of texts) {
    const spellings = [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)];
    for (const spelling of spellings) {
      if (spelling.length < shortestSecret || secrets.includes(spelling)) continue;
      const at = secrets.findIndex((secret) => secret.length < spelling.length);
      secrets.splice(at < 0 ? secrets.length : at, 0, spelling);
    }
  }
}

/** `text` with every secret replaced. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (clean.includes(secret)) clean = clean.replaceAll(secret, '[redacted]');
    if (secret.length > telltale) clean = withoutBeginning(clean, secret);
  }
  return clean;
}

function withoutBeginning(text: string, secret: string): string {
  const beginning = secret.slice(0, telltale);
  let clean = text;
  for (let at = clean.indexOf(beginning); at >= 0; at = clean.indexOf(beginning, at + 1)) {
    let length = telltale;
    while (length < secret.length && clean[at + length] === secret[length]) length++;
    clean = `${clean.slice(0, at)}[redacted]${clean.slice(at + length)}`;
  }
  return clean;
}

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

/** `text` with every secret replaced. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (clean.includes(secret)) clean = clean.replaceAll(secret, '[redacted]');
  }
  return clean;
}

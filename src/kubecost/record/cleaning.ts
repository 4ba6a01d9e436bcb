import { spellings } from '../../redaction.ts';
import { limited } from '../size-limit.ts';

const mark = '[redacted]';

/** Answers that may be large; their rows hold names and amounts, and no settings. */
const streamed = ['/allocation', '/assets', '/cloudCost', '/etl/log', '/etl/audit'];

/** A setting that sounds like a secret, and its text. */
const sensitive =
  /("[^"\\]*(?:password|passwd|secret|token|api[-_]?key|credential|authorization|private[-_]?key|access[-_]?key)[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

/** Whether an answer may be kept at all: these exist to hold settings and their secrets. */
export function isRecordable(path: string): boolean {
  return !/\/(helmValues|cloudCost\/status)\/?(\?|$)/i.test(path);
}

/**
 * A body without the secrets that kc-etl sent, in case the server repeats them; of an answer that is
 * no list of rows, also without the settings that sound like one.
 */
export async function* cleaned(
  body: AsyncIterable<Uint8Array>,
  path: string,
  secrets: readonly string[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const known = secrets
    .flatMap((secret) => [...spellings(secret)])
    .map((text) => Buffer.from(text).toString('latin1'));
  const isStreamed = streamed.some((start) => path.startsWith(start));
  const longest = known.reduce((most, { length }) => Math.max(most, length), 1);
  let whole = '';
  let held = '';
  for await (const chunk of isStreamed ? body : limited(body)) {
    if (isStreamed && known.length === 0) {
      yield chunk;
      continue;
    }
    held = without(held + Buffer.from(chunk).toString('latin1'), known);
    const ready = Math.max(0, held.length - longest + 1);
    if (isStreamed) yield Buffer.from(held.slice(0, ready), 'latin1');
    else whole += held.slice(0, ready);
    held = held.slice(ready);
  }
  if (!isStreamed) held = (whole + held).replace(sensitive, `$1"${mark}"`);
  if (held) yield Buffer.from(held, 'latin1');
}

function without(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, mark), text);
}

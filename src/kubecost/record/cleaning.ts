import { encodings, secretPatterns } from '../../redaction.ts';
import { maxSpellingLength, type SecretPattern } from '../../secret-pattern.ts';
import { canonicalPath, holdsConfig } from '../connection/canonical-path.ts';
import { limited } from '../json/size-limit.ts';

const mark = '[redacted]';

/** Answers that may be large; their rows hold names and amounts, and no settings. */
const streamed = ['/allocation', '/assets', '/cloudCost', '/etl/log', '/etl/audit'];

/** A setting that sounds like a secret, and its text. */
const sensitive =
  /("[^"\\]*(?:password|passwd|secret|token|api[-_]?key|credential|authorization|private[-_]?key|access[-_]?key)[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

/** Whether a response may be kept at all: these exist to hold settings and their secrets. */
export function isRecordable(path: string): boolean {
  return !/\/helmvalues$/.test(canonicalPath(path.split('?', 1)[0] ?? ''));
}

/** A JSON document without its `config` fields; empty where it is no JSON. */
function withoutConfig(text: string): string {
  try {
    const kept = (key: string, value: unknown) => (/^config$/i.test(key) ? undefined : value);
    return JSON.stringify(JSON.parse(text), kept);
  } catch {
    return '';
  }
}

/**
 * A body without the secrets that kc-etl sent, in case the server repeats them; of a response that is
 * no list of rows, also without the settings that sound like one.
 */
export async function* cleaned(
  body: AsyncIterable<Uint8Array>,
  path: string,
  secrets: readonly string[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const hasConfig = holdsConfig(path.split('?', 1)[0] ?? '');
  if (!hasConfig && streamed.some((start) => path.startsWith(start))) {
    yield* withoutSecrets(body, secrets);
    return;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of withoutSecrets(limited(body), secrets)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('latin1');
  const whole = hasConfig ? withoutConfig(text) : text;
  if (whole) yield Buffer.from(whole.replace(sensitive, `$1"${mark}"`), 'latin1');
}

/** A body in which every secret is replaced, also one that arrives in several chunks. */
export async function* withoutSecrets(
  body: AsyncIterable<Uint8Array>,
  secrets: readonly string[],
): AsyncGenerator<Uint8Array, void, undefined> {
  if (secrets.length === 0) {
    yield* body;
    return;
  }
  const patterns = secrets.flatMap((secret) => secretPatterns(secret, 'bytes'));
  const maxLength = Math.max(...secrets.map(maxLengthOf));
  let buffered = '';
  for await (const chunk of body) {
    buffered = without(buffered + Buffer.from(chunk).toString('latin1'), patterns);
    const ready = Math.max(0, buffered.length - maxLength + 1);
    if (ready > 0) yield Buffer.from(buffered.slice(0, ready), 'latin1');
    buffered = buffered.slice(ready);
  }
  if (buffered) yield Buffer.from(buffered, 'latin1');
}

/** The most characters that a secret takes; letters and digits of its encodings are never escaped. */
function maxLengthOf(secret: string): number {
  const encoded = encodings(secret).map(
    (text) => text.length + maxSpellingLength * text.replace(/[A-Za-z0-9]+/g, '').length,
  );
  return Math.max(maxSpellingLength * secret.length, ...encoded);
}

function without(text: string, patterns: readonly SecretPattern[]): string {
  return patterns.reduce<string>((clean, pattern) => pattern.replace(clean, mark), text);
}

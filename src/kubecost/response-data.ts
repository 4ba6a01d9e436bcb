import type { ZodType } from 'zod';
import { AuthError, DataError } from '../errors.ts';
import { BadRequestError, Failure, loginHint, notKubecostHint, RefusalError } from './failure.ts';
import { type Envelope, readEnvelope } from './json/envelope.ts';
import { addProblems } from './json/server-problems.ts';
import { limited } from './json/size-limit.ts';
import { UnexpectedShapeError } from './json/unexpected-shape.ts';
import type { ApiResponse } from './response.ts';
import { serverSentence } from './server-text.ts';
import { statusHint } from './status-failure.ts';

/** Zod compiles a schema when it is first used, which takes longer than to check a list this short without. */
const maxUncompiled = 20;

/**
 * Reads a whole response and checks its data.
 *
 * @throws Failure where the envelope is an error, JsonSyntaxError where the JSON is broken or cut short,
 * UnexpectedShapeError where the data has another shape; each names the place
 */
export async function readData<T>(answer: ApiResponse, schema: ZodType<T>): Promise<T> {
  const envelope = await readEnvelope(limited(answer.body), () => undefined);
  const { data, problems } = envelope;
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
    for (const [name, value] of Object.entries(data)) addProblems(problems, name, value);
  }
  checkEnvelope(envelope, answer);
  const isSmall = Array.isArray(data) && data.length <= maxUncompiled;
  const parsed = schema.safeParse(data, { jitless: isSmall });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)));
  throw new UnexpectedShapeError(['data', ...path], issue?.message ?? 'unexpected');
}

/**
 * Checks what surrounds the data of a response, whatever its HTTP status was. A sentence next to data
 * is a warning; a sentence in place of data is a refusal.
 *
 * @throws Failure of a RefusalError, BadRequestError, AuthError or DataError
 */
export function checkEnvelope(
  envelope: Envelope,
  { url, onWarning }: Pick<ApiResponse, 'url' | 'onWarning'>,
): void {
  const { code, status, data, hasRows, hasData } = envelope;
  const where = `${url.origin}${url.pathname}`;
  const sentence = sentenceOf(envelope);
  const suffix = sentence ? `: ${sentence}` : '';
  if (code === 401 || code === 403) {
    const error = new AuthError(`${where} returned error ${code}${suffix}`, loginHint);
    throw new Failure(error, { specificity: 'auth', status: code });
  }
  if (code !== null && code >= 400) {
    const ErrorOf = code === 400 ? BadRequestError : DataError;
    const error = new ErrorOf(`${where} returned error ${code}${suffix}`, statusHint(code));
    throw new Failure(error, { status: code });
  }
  if (/^(error|fail)/i.test(status ?? '')) {
    throw new Failure(new RefusalError(`${where} returned an error${suffix}`, sentence));
  }
  if (code === null && data === undefined && !hasRows) {
    const error = new DataError(
      `${where} returned JSON without code and data${suffix}`,
      notKubecostHint,
    );
    throw new Failure(error, { specificity: 'page' });
  }
  if (sentence === '') return;
  if (hasData) onWarning?.(isNamedError(envelope, sentence) ? sentence : `errors: ${sentence}`);
  else throw new Failure(new RefusalError(`${where} sent no data: ${sentence}`, sentence));
}

/** Whether a sentence next to data says itself that it is an error, where it is one. */
function isNamedError({ problems }: Envelope, sentence: string): boolean {
  return !problems.hasErrors || /error/i.test(sentence);
}

/** What the server says along with the data or in place of it; empty where it only confirms. */
function sentenceOf({ message, warning, problems }: Envelope): string {
  const sentences = [message, warning, ...problems.sentences].filter(
    (text): text is string => text !== null && !/^\s*(ok|success(ful)?)?\s*$/i.test(text),
  );
  return serverSentence([...new Set(sentences)].join('; '));
}

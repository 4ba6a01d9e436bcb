import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AuthError, DataError } from '../../errors.ts';
import type { Client, Params } from '../client.ts';
import { EndpointNotFoundError, Failure } from '../failure.ts';
import { JsonSyntaxError } from '../json/syntax-error.ts';
import { UnexpectedShapeError } from '../json/unexpected-shape.ts';
import { type ApiResponse, bodyFailure } from '../response.ts';
import { excerpt } from '../server-text.ts';
import {
  manifestName,
  manifestSchema,
  meaningKey,
  type RecordedAnswer,
  requestKey,
} from './manifest.ts';
import { NotRecordedError } from './not-recorded.ts';

/** A recorded directory: a client that answers as the server did, and when that was. */
export interface Replay {
  readonly client: Client;
  /** Milliseconds since 1970. */
  readonly recorded: number;
}

/** @throws DataError where the directory is no recording */
export async function openReplay(directory: string): Promise<Replay> {
  const manifest = await readManifest(directory);
  const exactly = queuesBy(requestKey, manifest.answers);
  const byMeaning = queuesBy(meaningKey, manifest.answers);

  /** Of several responses to the same question one after the other, the last again and again. */
  function next(method: 'GET' | 'POST', path: string, params: Params): RecordedAnswer {
    const sent = Object.entries(params).filter((entry): entry is [string, string] => !!entry[1]);
    const exact = { method, path, params: Object.fromEntries(sent) };
    const { kind: _, ...anyKind } = exact.params;
    // which kinds are wanted of a log is looked at here again
    const wider = path === '/etl/log' ? { ...exact, params: anyKind } : exact;
    const queue =
      exactly.get(requestKey(exact)) ??
      exactly.get(requestKey(wider)) ??
      byMeaning.get(meaningKey(exact));
    const answer = queue && queue.length > 1 ? queue.shift() : queue?.[0];
    if (answer) return answer;
    // parameters that only state a default say nothing here
    throw new NotRecordedError(
      directory,
      decodeURIComponent(meaningKey(exact)).replaceAll('+', ' ').replace(/\?$/, ''),
      manifest.answers,
    );
  }

  async function replay<T>(
    method: 'GET' | 'POST',
    path: string,
    params: Params,
    read: (answer: ApiResponse) => Promise<T>,
  ): Promise<T> {
    const { file, date, failure } = next(method, path, params);
    if (failure) throw recordedError(failure);
    const url = new URL(`${manifest.server}${path}`);
    const body = createReadStream(join(directory, basename(file ?? '')));
    try {
      return await read({ url, date, body: body as AsyncIterable<Uint8Array> }); // it yields Buffers
    } catch (error) {
      if (error instanceof Failure) throw error.error;
      if (error instanceof JsonSyntaxError || error instanceof UnexpectedShapeError) {
        throw bodyFailure(error, url).error;
      }
      if (isSystemError(error)) throw new DataError(`${directory}: ${excerpt(error.message)}`);
      throw error;
    } finally {
      body.destroy();
    }
  }

  return {
    recorded: manifest.recorded,
    client: {
      server: manifest.server,
      get: (path, params, read) => replay('GET', path, params, read),
      getOnce: (path, params, read) => replay('GET', path, params, read),
      post: (path, params, read) => replay('POST', path, params, read),
    },
  };
}

function queuesBy(
  keyOf: (answer: RecordedAnswer) => string,
  answers: readonly RecordedAnswer[],
): Map<string, RecordedAnswer[]> {
  const queues = new Map<string, RecordedAnswer[]>();
  for (const answer of answers) {
    const key = keyOf(answer);
    const queue = queues.get(key);
    if (queue) queue.push(answer);
    else queues.set(key, [answer]);
  }
  return queues;
}

function recordedError({ kind, message, hint }: NonNullable<RecordedAnswer['failure']>) {
  const errors = { missing: EndpointNotFoundError, auth: AuthError, data: DataError } as const;
  return new errors[kind](message, hint ?? undefined);
}

async function readManifest(directory: string) {
  const notOne = (why: string) =>
    new DataError(
      `--from: ${directory} is not a recording: ${why}`,
      'make one with --record <dir>',
    );
  let text: string;
  try {
    text = await readFile(join(directory, manifestName), 'utf8');
  } catch {
    throw notOne(`it has no ${manifestName}`);
  }
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text));
    if (parsed.success && parsed.data.incomplete === undefined) return parsed.data;
    if (parsed.success) {
      throw new DataError(
        `--from: ${directory} is an incomplete recording: ${parsed.data.incomplete}`,
        'record again with --record <dir>',
      );
    }
    throw notOne(`${manifestName}: ${parsed.error.issues[0]?.message ?? 'another shape'}`);
  } catch (error) {
    throw error instanceof DataError ? error : notOne(`${manifestName} is not JSON`);
  }
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AuthError, Interrupted, KcEtlError, UsageError } from '../../errors.ts';
import { reasonOf } from '../../files/reason.ts';
import { replaceFile } from '../../files/replacement.ts';
import { cannotWrite } from '../../files/target.ts';
import { makeFolder } from '../../make-folder.ts';
import { redact, redactParts } from '../../redaction.ts';
import type { Client, Params } from '../client.ts';
import { holdsConfig } from '../connection/canonical-path.ts';
import { EndpointNotFoundError } from '../failure.ts';
import type { ApiResponse } from '../response.ts';
import { wrappedClient } from '../wrapped-client.ts';
import { cleaned, isRecordable } from './cleaning.ts';
import { type Manifest, manifestName, type RecordedAnswer } from './manifest.ts';

/** Keeps what a server answers in a directory, for `--from`. */
export interface Recorder {
  /** The same client, which writes down every answer it reads. */
  record(client: Client): Client;
  /**
   * Writes the list of responses; without it the directory is no recording.
   *
   * @param cut why responses are missing; null: all were recorded
   */
  close(cut: string | null): Promise<void>;
}

interface RecordedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly params: Params;
}

/**
 * @param secrets may grow later
 * @param now when it begins, in milliseconds since 1970
 * @throws UsageError where the directory cannot be made, or holds anything
 */
export async function openRecorder(
  directory: string,
  secrets: readonly string[],
  now: number,
): Promise<Recorder> {
  await mustBeEmpty(directory);
  const answers: RecordedAnswer[] = [];
  let recorded: Client | null = null;
  let files = 0;
  let broken: UsageError | null = null;
  const writeManifest = (incomplete?: string) => {
    const server = recorded?.server ?? '';
    const manifest: Manifest = {
      schemaVersion: 1,
      server,
      recorded: now,
      ...(incomplete === undefined ? {} : { incomplete }),
      answers,
    };
    return replaceFile(join(directory, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  };
  const written = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      broken ??= cannotWrite('--record', directory, error);
      throw broken;
    }
  };
  // stays where the process is killed, or the disk is too full to write another
  await written(writeManifest('the recording was not finished'));

  async function keep<T>(
    { method, path, params }: RecordedRequest,
    read: (answer: ApiResponse) => Promise<T>,
    ask: (read: (answer: ApiResponse) => Promise<T>) => Promise<T>,
  ): Promise<T> {
    const sent = Object.entries(params).filter((entry): entry is [string, string] => !!entry[1]);
    const request = { method, path, params: Object.fromEntries(sent) };
    let kept: Pick<RecordedAnswer, 'file' | 'date'> | null = null;
    try {
      return await ask(async (answer) => {
        const name = `${String(++files).padStart(4, '0')}${path.replaceAll('/', '-')}`;
        kept = { file: name, date: answer.date };
        const file = await written(open(join(directory, name), 'wx'));
        try {
          // the server decides where a redirect leads
          const at = holdsConfig(answer.url.pathname) ? answer.url.pathname : path;
          const chunks = cleaned(answer.body, at, secrets);
          return await read({
            ...answer,
            body: copied(chunks, (chunk) => written(file.writeFile(chunk))),
          });
        } finally {
          await file.close();
        }
      });
    } catch (error) {
      if (error instanceof Interrupted) kept = null;
      else if (!kept && error instanceof KcEtlError) {
        answers.push({ ...request, date: null, file: null, failure: failureOf(error, secrets) });
      }
      throw error;
    } finally {
      const { file, date } = kept ?? { file: null, date: null };
      if (file) answers.push({ ...request, date, file, failure: null });
    }
  }

  return {
    record(client) {
      recorded = client;
      return wrappedClient(client, {
        get(path, params, read, accepts) {
          if (!isRecordable(path)) return client.get(path, params, read, accepts);
          return keep({ method: 'GET', path, params }, read, (own) =>
            client.get(path, params, own, accepts),
          );
        },
        post(path, params, read) {
          return keep({ method: 'POST', path, params }, read, (own) =>
            client.post(path, params, own),
          );
        },
      });
    },
    async close(cut) {
      if (broken) {
        await writeManifest(reasonOf(broken.cause)).catch(() => {});
        // whoever asked may have gone on without the response
        throw broken;
      }
      await written(writeManifest(cut ?? undefined));
    },
  };
}

async function* copied(
  chunks: AsyncIterable<Uint8Array>,
  write: (chunk: Uint8Array) => Promise<unknown>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    await write(chunk);
    yield chunk;
  }
}

/** A message may quote what the server said, and the server may say what it was sent. */
function failureOf(error: KcEtlError, secrets: readonly string[]): RecordedAnswer['failure'] {
  const clean = (text: string) => redactParts(redact(text, secrets), secrets);
  const kind =
    error instanceof EndpointNotFoundError
      ? 'missing'
      : error instanceof AuthError
        ? 'auth'
        : 'data';
  return { kind, message: clean(error.message), hint: error.hint ? clean(error.hint) : null };
}

async function mustBeEmpty(directory: string): Promise<void> {
  try {
    await makeFolder(directory);
    if ((await readdir(directory)).length === 0) return;
  } catch (error) {
    throw new UsageError(
      `--record: ${directory} cannot be used: ${reasonOf(error)}`,
      'name a directory that does not exist yet, where it can be made',
    );
  }
  throw new UsageError(
    `--record: ${directory} is not empty`,
    'name a directory that does not exist yet',
  );
}

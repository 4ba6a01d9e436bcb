import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DataError, UsageError } from '../../errors.ts';
import type { Client } from '../client.ts';
import { EndpointNotFoundError, Failure } from '../failure.ts';
import { excerpt } from '../server-text.ts';

/** What one file can be: the response of the log, or of the audits. */
const answered = ['/etl/log', '/etl/audit'];

/**
 * A client that answers with one file, whatever is asked: it is for the reader to see whether that
 * is what it is.
 *
 * @param path `-` for stdin
 */
export function savedFileClient(path: string, stdin: () => AsyncIterable<Uint8Array>): Client {
  const name = path === '-' ? 'stdin' : path;
  // an address of which only the name is shown, where a server's would be
  const url = { origin: '', pathname: name } as URL;
  return {
    server: null,
    saved: name,
    async get(requested, _params, read) {
      if (!answered.includes(requested)) {
        throw new EndpointNotFoundError(
          `${name} is one saved response and does not contain ${requested}`,
          'record all that a command asks for with --record <dir>, and use --from <dir>',
        );
      }
      const body = path === '-' ? stdin() : createReadStream(path);
      try {
        return await read({ url, date: null, body: body as AsyncIterable<Uint8Array> }); // Buffers
      } catch (error) {
        if (error instanceof Failure) throw error.error;
        if (error instanceof DataError && !error.message.startsWith(name)) {
          throw new DataError(`${name}: ${error.message}`, error.hint);
        }
        if (error instanceof Error && 'syscall' in error) {
          throw new UsageError(`--from: ${name} cannot be read: ${excerpt(error.message)}`);
        }
        throw error;
      }
    },
    getOnce: nothingToStart,
    post: nothingToStart,
  };
}

async function nothingToStart(): Promise<never> {
  throw new UsageError(
    '--from: an audit cannot be started on a saved response',
    'show its audits with: kc-etl audit list --from <file>',
  );
}

/** @throws UsageError where there is nothing of that name */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const reason = error instanceof Error ? excerpt(error.message) : '';
    throw new UsageError(`--from: ${path} cannot be read: ${reason}`);
  }
}

/** When a file was written, in milliseconds since 1970. */
export async function savedAt(path: string): Promise<number> {
  return Math.floor((await stat(path)).mtimeMs);
}

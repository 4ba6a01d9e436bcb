import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are not there yet, one level at a time: where a file system
 * refuses folders with ENOENT, as /proc does, the recursive `mkdir` of Node never returns.
 *
 * @throws the error of the system, EEXIST where something else has the name
 */
export async function makeFolder(path: string): Promise<void> {
  await make(resolve(path));
}

async function make(path: string): Promise<void> {
  const error = await mkdirError(path);
  if (error === null) return;
  if (codeOf(error) !== 'ENOENT') throw error;
  if (!(await exists(dirname(path)))) await make(dirname(path));
  const second = await mkdirError(path);
  if (second !== null) throw second;
}

/** Null where there is a folder now, also one that another process made. */
async function mkdirError(path: string): Promise<unknown> {
  try {
    await mkdir(path);
    return null;
  } catch (error) {
    return (await isFolder(path)) ? null : error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error) => codeOf(error) !== 'ENOENT',
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

import { lstat, readlink, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf } from './reason.ts';

/** What a path that a user named leads to. */
export type Place =
  /** A standard stream of this process: `-`, `/dev/stdout`, `/proc/self/fd/2`. */
  | { readonly kind: 'stdout' | 'stderr'; readonly path: string }
  /** A regular file, or none yet. */
  | { readonly kind: 'file'; readonly path: string }
  /** A FIFO, also one of the shell: `>(gzip >report.gz)`. */
  | { readonly kind: 'fifo'; readonly path: string }
  /** A device, or another open file of this process: written as it is. */
  | { readonly kind: 'device'; readonly path: string }
  | { readonly kind: 'directory' | 'socket'; readonly path: string };

/** The kernel follows no more links either. */
const maxLinks = 40;

/**
 * Follows symbolic links, also one whose target does not exist yet.
 *
 * @throws an error of the operating system
 */
export async function placeOf(path: string): Promise<Place> {
  let at = path === '-' ? '/dev/stdout' : resolve(path);
  for (let links = 0; links < maxLinks; links++) {
    const stream = process.platform === 'win32' && path !== '-' ? null : streamOf(at);
    if (stream !== null) return { kind: stream, path: at };
    const found = await lstat(at).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    // links of /proc lead to pipes, which have no path
    if (found === null || !found.isSymbolicLink() || isDescriptor(at)) return kindOf(at);
    at = resolve(dirname(at), await readlink(at));
  }
  return kindOf(at);
}

const descriptor = /^(?:\/dev\/fd|\/proc\/(?:self|thread-self|\d+)\/fd)\/(\d+)$/;

function isDescriptor(path: string): boolean {
  return descriptor.test(path);
}

function streamOf(path: string): 'stdout' | 'stderr' | null {
  const own = path.replace(`/proc/${process.pid}/`, '/proc/self/');
  const number = /^(?:\/dev\/fd|\/proc\/(?:self|thread-self)\/fd)\/([12])$/.exec(own)?.[1];
  if (own === '/dev/stdout' || number === '1') return 'stdout';
  if (own === '/dev/stderr' || number === '2') return 'stderr';
  return null;
}

async function kindOf(path: string): Promise<Place> {
  const found = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (found?.isDirectory()) return { kind: 'directory', path };
  if (found?.isFIFO()) return { kind: 'fifo', path };
  if (found?.isSocket()) return { kind: 'socket', path };
  const isPlain = found === null || found.isFile();
  return { kind: isPlain && !isDescriptor(path) ? 'file' : 'device', path };
}

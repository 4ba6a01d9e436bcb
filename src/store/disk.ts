import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { hour } from '../time.ts';
import { NotAFileError, type StoreFiles } from './files.ts';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is not a directory',
  EEXIST: 'it is a file, not a directory',
  EISDIR: 'a directory has the name of a file of the store',
  ENOENT: 'no directory can be created there',
};

/** The files of a store on disk. */
export function diskFiles(root: string): StoreFiles {
  const at = (path: string) => join(root, path);
  const buffers = new ReadBuffers();
  const entriesOf = async (path: string, recursive: boolean) => {
    try {
      return await readdir(at(path), { recursive, withFileTypes: true });
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw storeError(root, error);
    }
  };
  return {
    async read(path) {
      try {
        return await buffers.text(at(path));
      } catch (error) {
        const code = codeOf(error);
        if (code === 'EISDIR') throw new NotAFileError('is a folder');
        if (code === 'ELOOP') throw new NotAFileError('is a link that leads to itself');
        if (code !== 'ENOENT') throw storeError(root, error);
        if (await isLink(at(path)))
          throw new NotAFileError('is a link to a file that does not exist');
        return null;
      }
    },
    async version(path) {
      try {
        // not the time of modification: copies and backups set it back
        const { ino, ctimeNs, size } = await stat(at(path), { bigint: true });
        return `${ino}-${ctimeNs}-${size}`;
      } catch {
        return null; // reading it says why
      }
    },
    async create(path, text) {
      try {
        const file = await open(at(path), 'wx', 0o644);
        try {
          await file.writeFile(text);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (error) {
        await rm(at(path), { force: true }).catch(() => {});
        throw storeError(root, error);
      }
    },
    rename: (from, to) => rename(at(from), at(to)).catch(rethrow(root)),
    remove: (path) => rm(at(path), { force: true }).catch(rethrow(root)),
    async removeOld(folder, names, newer) {
      try {
        const limit = (await stat(at(newer))).mtimeMs - hour;
        for (const name of (await readdir(at(folder))).filter((one) => names.test(one))) {
          const path = join(at(folder), name);
          if ((await stat(path)).mtimeMs <= limit) await rm(path);
        }
      } catch {
        // they are in nobody's way
      }
    },
    makeFolder: (path) => makeFolder(at(path)).catch(rethrow(root)),
    async list(path) {
      const entries = await entriesOf(path, true);
      return entries
        .filter((entry) => !entry.isDirectory() || entry.name.endsWith('.json'))
        .map((entry) => join(entry.parentPath, entry.name).slice(at(path).length + 1))
        .sort();
    },
    async folders(path) {
      const entries = await entriesOf(path, false);
      return entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort();
    },
  };
}

/**
 * Buffers that files are read into, used again: many large ones are freed late, since they take little of
 * the heap that decides when garbage is collected.
 */
class ReadBuffers {
  readonly #free: Buffer[] = [];

  /** @throws the error of the system */
  async text(path: string): Promise<string> {
    // a FIFO without a writer would be waited for
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    let buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(minBuffer);
    try {
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length);
        if (bytesRead === 0) return buffer.toString('utf8', 0, length);
        length += bytesRead;
        if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length);
      }
    } finally {
      this.#free.push(buffer);
      await file.close();
    }
  }
}

const minBuffer = 1 << 20;

/** A name no other writer uses, not even another container in which this process has the same id. */
export function temporaryName(): string {
  return `tmp-${randomBytes(8).toString('hex')}`;
}

function rethrow(root: string): (error: unknown) => never {
  return (error) => {
    throw storeError(root, error);
  };
}

function storeError(root: string, cause: unknown): UsageError {
  const code = codeOf(cause) ?? '';
  return new UsageError(
    `--audit-store: ${root} cannot be used: ${reasons[code] ?? (cause instanceof Error ? cause.message : String(cause))}`,
    'choose a directory that can be written, or free some space; days stored earlier are not affected',
    { cause },
  );
}

async function isLink(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isSymbolicLink() === true;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

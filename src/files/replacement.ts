import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import {
  access,
  constants,
  copyFile,
  type FileHandle,
  open,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { codeOf } from './reason.ts';

/** The new content of a regular file: others see the old content until `commit`, then all of the new. */
export interface Replacement {
  write(data: string | Uint8Array): Promise<void>;
  /** Puts the content in place, once it is on the disk. */
  commit(): Promise<void>;
  /** Removes what was written; the file stays as it was. Does nothing after `commit`. */
  discard(): Promise<void>;
}

/**
 * Starts to replace the file at `place`, or to create it. An existing file keeps its mode, and its owner
 * where the system allows that.
 *
 * @param place an absolute path, symbolic links followed
 * @param mode of a new file; as the umask says unless given
 * @throws an error of the operating system
 */
export async function openReplacement(place: string, mode = 0o666): Promise<Replacement> {
  const existing = await stat(place).catch(() => null);
  const { temporary, file } = await openTemporary(place, existing !== null, mode);
  let finished = false;
  const remove = async () => {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    unfinished.delete(temporary);
  };
  try {
    if (existing) await adopt(file, existing);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    async write(data) {
      await file.writeFile(data);
    },
    async commit() {
      await file.sync().catch(ignoreUnsupported);
      await file.close();
      await moveInto(place, temporary);
      unfinished.delete(temporary);
      finished = true;
    },
    async discard() {
      if (!finished) await remove();
    },
  };
}

/** Replaces the content of a small file at once; see {@link openReplacement}. */
export async function replaceFile(place: string, text: string, mode?: number): Promise<void> {
  const replacement = await openReplacement(place, mode);
  try {
    await replacement.write(text);
    await replacement.commit();
  } finally {
    await replacement.discard();
  }
}

/** A name that no other writer uses, not even one with the same process id in another container. */
function temporaryIn(folder: string): string {
  return join(folder, `.kc-etl-${randomBytes(8).toString('hex')}.tmp`);
}

/**
 * The temporary file is in the directory of the file. In a directory that may not be written, an existing
 * file that may be written (a mounted one, for example) is overwritten from elsewhere.
 */
async function openTemporary(
  place: string,
  exists: boolean,
  mode: number,
): Promise<{ temporary: string; file: FileHandle }> {
  const besides = temporaryIn(dirname(place));
  try {
    return await created(besides, mode);
  } catch (error) {
    if (!exists || !/^(EACCES|EPERM|EROFS)$/.test(codeOf(error) ?? '')) throw error;
    const writable = await access(place, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (!writable) throw error;
    return created(temporaryIn(tmpdir()), 0o600);
  }
}

async function created(temporary: string, mode: number) {
  const file = await open(temporary, 'wx', mode);
  remember(temporary);
  return { temporary, file };
}

async function adopt(
  file: FileHandle,
  existing: { readonly mode: number; readonly uid: number; readonly gid: number },
): Promise<void> {
  const own = await file.stat();
  if (own.uid !== existing.uid || own.gid !== existing.gid) {
    await file.chown(existing.uid, existing.gid).catch(() => {});
  }
  await file.chmod(existing.mode & 0o7777).catch(ignoreUnsupported);
}

/** A mount point cannot be replaced (EBUSY), nor a file of another file system (EXDEV): both are overwritten. */
async function moveInto(place: string, temporary: string): Promise<void> {
  try {
    await rename(temporary, place);
  } catch (error) {
    if (!/^(EBUSY|EXDEV)$/.test(codeOf(error) ?? '')) throw error;
    await copyFile(temporary, place);
    await rm(temporary, { force: true });
  }
}

/** Some file systems know no sync and no modes. */
function ignoreUnsupported(error: unknown): void {
  if (!/^(EINVAL|ENOTSUP|EPERM|ENOSYS)$/.test(codeOf(error) ?? '')) throw error;
}

/** Temporary files that the end of the process removes, for example at a second Ctrl-C. */
const unfinished = new Set<string>();

function remember(temporary: string): void {
  if (unfinished.size === 0 && !isWatching) {
    isWatching = true;
    process.once('exit', () => {
      for (const path of unfinished) {
        try {
          unlinkSync(path);
        } catch {
          // it is gone already
        }
      }
    });
  }
  unfinished.add(temporary);
}

let isWatching = false;

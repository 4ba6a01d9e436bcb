import type { StoreFiles } from '../../../src/store/files.ts';

export class Killed extends Error {}

/**
 * Files whose user is killed before the nth operation, or in the middle of it where it writes: half of the text
 * is there then. `operations` counts those that were done.
 */
export function interruptedFiles(
  files: StoreFiles,
  killedAt: number,
): StoreFiles & { readonly operations: () => number } {
  let done = 0;
  const step = <Result>(run: () => Promise<Result>): Promise<Result> => {
    if (done >= killedAt) return Promise.reject(new Killed());
    done++;
    return run();
  };
  return {
    operations: () => done,
    read: (path) => step(() => files.read(path)),
    version: (path) => step(() => files.version(path)),
    async create(path, text) {
      if (done === killedAt) await files.create(path, text.slice(0, text.length / 2));
      return step(() => files.create(path, text));
    },
    rename: (from, to) => step(() => files.rename(from, to)),
    remove: (path) => step(() => files.remove(path)),
    makeFolder: (path) => step(() => files.makeFolder(path)),
    removeOld: (...which) => step(() => files.removeOld(...which)),
    list: (path) => step(() => files.list(path)),
    folders: (path) => step(() => files.folders(path)),
  };
}

import type { StoreFiles } from './files.ts';

/** The files of a store that is gone with the process. */
export function memoryFiles(): StoreFiles {
  const files = new Map<string, string>();
  return {
    read: async (path) => files.get(path) ?? null,
    version: async (path) => files.get(path) ?? null,
    async create(path, text) {
      files.set(path, text);
    },
    async rename(from, to) {
      files.set(to, files.get(from) ?? '');
      files.delete(from);
    },
    async remove(path) {
      files.delete(path);
    },
    async removeOld() {},
    async makeFolder() {},
    async folders(folder) {
      const prefix = `${folder}/`;
      const names = [...files.keys()]
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length).split('/'));
      return [...new Set(names.flatMap(([name = '', ...rest]) => (rest.length > 0 ? name : [])))];
    },
    async list(folder) {
      const prefix = folder === '.' ? '' : `${folder}/`;
      return [...files.keys()]
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length))
        .sort();
    },
  };
}

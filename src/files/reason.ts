const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file or directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'not permitted'],
  ['EISDIR', 'it is a directory'],
  ['EEXIST', 'something else has that name'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'the file would be larger than allowed'],
  ['ELOOP', 'its symbolic links form a circle'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ENXIO', 'nothing reads from it'],
  ['EIO', 'the disk reports an error'],
]);

/** The reason of a failed file operation, in a few words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error) ?? String(error);
  return reasons.get(code) ?? code;
}

/** The code of an error of the operating system: `ENOSPC`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

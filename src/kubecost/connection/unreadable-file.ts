import { UsageError } from '../../errors.ts';

/** What a file that cannot be read means, with what to do about it. */
export function unreadableFile(path: string, source: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new UsageError(
    `${source}: ${path} cannot be read${code && ` (${code})`}`,
    hints[code] ?? 'check the path and the permissions of the file',
  );
}

const missing = 'check the path; a relative one begins at the current directory';
const forbidden = 'the user who runs kc-etl must be able to read it';

const hints: Readonly<Record<string, string>> = {
  ENOENT: missing,
  ENOTDIR: missing,
  EACCES: forbidden,
  EPERM: forbidden,
  EISDIR: 'name a file, not a directory',
};

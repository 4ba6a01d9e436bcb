import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../errors.ts';
import { shellQuote } from '../shell-quote.ts';

/** Why a file is not trusted, and the command that changes it. */
interface Distrust {
  readonly reason: string;
  readonly remedy: string;
}

/** A file as it was read, with the owner and mode it had then. */
export interface ReadFile {
  readonly text: string;
  readonly stats: Stats;
}

/**
 * The text of a project's settings, which anybody can put into a directory that others work in.
 *
 * @param trusted `--config-trust`: owner and mode do not matter
 * @throws UsageError where somebody else could have written it
 * @throws what node:fs throws where it cannot be read
 */
export function readProjectText(path: string, trusted: boolean): ReadFile {
  // before it is opened, since opening a FIFO waits for ever; again in case it was replaced
  const found = statSync(path);
  if (!trusted) refuse(path, distrustOfPlace(path) ?? distrustOfFile(path, found));
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a directory' : 'a FIFO or a device';
    throw new UsageError(
      `${path} is ${what} in place of a file`,
      'the settings of a project are a file of YAML; remove it or give it another name',
    );
  }
  const file = readWithStats(path);
  if (!trusted) refuse(path, distrustOfFile(path, file.stats));
  return file;
}

/** The text of a file and its owner and mode, both of the same file even where it is being replaced. */
export function readWithStats(path: string): ReadFile {
  // synchronous: opening node:fs/promises would take longer than the read
  const descriptor = openSync(path, 'r');
  try {
    return { stats: fstatSync(descriptor), text: readFileSync(descriptor, 'utf8') };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Refuses a file that names a command to run, where others can write it.
 *
 * @param source of the command: file, line and key
 * @throws UsageError
 */
export function refuseWritableCommands(path: string, { mode }: Stats, source: string): void {
  if (process.platform === 'win32' || !(mode & 0o022)) return;
  refuse(path, {
    reason: `others can write it (mode ${octal(mode)}), and a command in it would run (${source})`,
    remedy: `chmod go-w ${shellQuote(path)}`,
  });
}

function distrustOfFile(path: string, { uid, gid, mode }: Stats): Distrust | null {
  const [ownUid, ownGid] = [process.getuid?.(), process.getgid?.()];
  if (ownUid === undefined) return null; // Windows has neither owners nor modes
  if (uid !== ownUid && uid !== 0) return foreign('it', path, uid);
  const isWritable = mode & 0o002 || (mode & 0o020 && gid !== ownGid);
  if (!isWritable) return null;
  return {
    reason: `others can write it (mode ${octal(mode)})`,
    remedy: `chmod go-w ${shellQuote(path)}`,
  };
}

/** The link, where it is one, and the directories in which it or its target could be replaced. */
function distrustOfPlace(path: string): Distrust | null {
  const ownUid = process.getuid?.();
  if (ownUid === undefined) return null;
  const entry = lstatSync(path);
  if (entry.isSymbolicLink() && entry.uid !== ownUid && entry.uid !== 0) {
    return foreign('the link', path, entry.uid);
  }
  for (const directory of new Set([dirname(path), dirname(realpathSync(path))])) {
    const { mode } = statSync(directory);
    if (mode & 0o002 && !(mode & 0o1000) && !isReadOnly(directory)) {
      return {
        reason: `others can replace it: its directory ${directory} has mode ${octal(mode)}`,
        remedy: `chmod o-w ${shellQuote(directory)}`,
      };
    }
  }
  return null;
}

/** A ConfigMap of Kubernetes is a directory of mode 0777 on a file system that nobody can write to. */
function isReadOnly(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EROFS';
  }
}

function foreign(what: string, path: string, uid: number): Distrust {
  return {
    reason: `${what} belongs to another user (uid ${uid})`,
    remedy: `sudo chown -h "$(id -u)" ${shellQuote(path)}`,
  };
}

function refuse(path: string, distrust: Distrust | null): void {
  if (distrust === null) return;
  throw new UsageError(
    `${path} is not used: ${distrust.reason}`,
    `read it, then run: ${distrust.remedy}; or accept it as it is with --config-trust (KC_ETL_CONFIG_TRUST=1)`,
  );
}

function octal(mode: number): string {
  return `0${(mode & 0o7777).toString(8).padStart(3, '0')}`;
}

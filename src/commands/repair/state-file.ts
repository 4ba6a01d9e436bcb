import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { reasonOf } from '../../files/reason.ts';
import { replaceFile } from '../../files/replacement.ts';
import { makeFolder } from '../../make-folder.ts';
import { redact } from '../../redaction.ts';
import { type RepairState, repairStateSchema } from '../../repair/state.ts';

const fileName = 'state.json';

/** The directory of the snapshot that is taken before the first request. */
export function snapshotIn(directory: string): string {
  return join(directory, 'snapshot');
}

/**
 * The state of an earlier run in a directory; null where the directory is empty or does not exist.
 *
 * @throws UsageError where it holds anything else
 */
export async function readState(directory: string): Promise<RepairState | null> {
  let text: string;
  try {
    text = await readFile(join(directory, fileName), 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw new UsageError(`--state: ${directory} cannot be read: ${reasonOf(error)}`);
    }
    if ((await readdir(directory).catch(() => [])).length === 0) return null;
    throw new UsageError(
      `--state: ${directory} is not empty and contains no state of a repair`,
      'name a directory that does not exist yet',
    );
  }
  try {
    return repairStateSchema.parse(JSON.parse(text));
  } catch {
    throw new UsageError(
      `--state: ${join(directory, fileName)} is damaged or of another version`,
      'name another directory for a new plan',
    );
  }
}

/** Writes the state atomically, without the secrets that the server may repeat. */
export async function writeState(
  directory: string,
  state: RepairState,
  secrets: readonly string[],
): Promise<void> {
  try {
    await makeFolder(directory);
    const text = redact(JSON.stringify(state, null, 2), secrets);
    await replaceFile(join(directory, fileName), `${text}\n`);
  } catch (error) {
    throw new UsageError(`--state: ${directory} cannot be written: ${reasonOf(error)}`);
  }
}

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

let folder: string | undefined;

/** A folder for the PATH, in which `kc-etl` is the built program. */
export function programOnPath(): string {
  if (!folder) {
    const temporary = mkdtempSync(join(tmpdir(), 'kc-etl-'));
    process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
    folder = join(temporary, 'bin');
    mkdirSync(folder);
    symlinkSync(
      fileURLToPath(new URL('../../bin/kc-etl.js', import.meta.url)),
      join(folder, 'kc-etl'),
    );
  }
  return folder;
}

import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

let folder: string | undefined;

/** A folder for the PATH, in which `kc-etl` is the built program. */
export function programOnPath(): string {
  if (!folder) {
    folder = join(mkdtempSync(join(tmpdir(), 'kc-etl-')), 'bin');
    mkdirSync(folder);
    symlinkSync(
      fileURLToPath(new URL('../../bin/kc-etl.js', import.meta.url)),
      join(folder, 'kc-etl'),
    );
  }
  return folder;
}

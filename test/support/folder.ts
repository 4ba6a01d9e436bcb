import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone when the test ends. */
export interface Folder extends Disposable {
  readonly path: string;
  readonly at: (name: string) => string;
  readonly write: (name: string, text: string) => string;
  readonly read: (name: string) => string;
  readonly names: () => string[];
}

export function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'kc-etl-test-'));
  const at = (name: string) => join(path, name);
  return {
    path,
    at,
    write(name, text) {
      writeFileSync(at(name), text);
      return at(name);
    },
    read: (name) => readFileSync(at(name), 'utf8'),
    names: () => readdirSync(path).sort(),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
